//! Writes what the layout engine is given for an engagement into a folder whose `report.typ` the command `typst` compiles:
//! `cargo run --release --example typst_project -- sample-data/type2-full folder`.

use std::error::Error;
use std::fs;
use std::path::Path;

use socpress::compose::{self, Edition, Sources};
use socpress::diagnostics::Findings;
use socpress::pipeline;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engagement, folder] = arguments.as_slice() else {
        return Err("usage: typst_project ENGAGEMENT FOLDER".into());
    };
    let checked = pipeline::check(Path::new(engagement), None);
    let (Some(root), Some(engagement), Some(rollup)) = (&checked.folder, &checked.engagement, &checked.rollup) else {
        return Err("there is no engagement that can be read".into());
    };
    let sources = Sources {
        engagement,
        rollup,
        folder: root,
        firm_folder: None,
        fonts: &checked.fonts,
        exhibits: &checked.exhibits,
        points: &[],
    };
    let composed = compose::compose(&sources, Edition::Issued, &mut Findings::default());
    let folder = Path::new(folder);
    fs::create_dir_all(folder.join("asset"))?;
    fs::write(folder.join("data.json"), serde_json::to_vec(&composed.report)?)?;
    fs::write(folder.join("copy.json"), "{}")?;
    for (number, bytes) in composed.assets.iter().enumerate() {
        fs::write(folder.join(format!("asset/{number}")), bytes)?;
    }
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/typst"))? {
        let path = entry?.path();
        if let Some(name) = path.file_name() {
            fs::copy(&path, folder.join(name))?;
        }
    }
    // The program writes the metadata into the finished document; the command has to be told them.
    fs::write(
        folder.join("report.typ"),
        "#let about = json(\"data.json\").document\n\
         #set document(title: about.title, author: about.author, description: about.description, keywords: about.keywords, \
         date: datetime(year: about.date.year, month: about.date.month, day: about.date.day))\n\
         #include \"main.typ\"\n",
    )?;
    Ok(())
}
