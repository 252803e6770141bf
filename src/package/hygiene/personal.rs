//! Personal data in bulk: addresses of many people, numbers of cards, numbers that a state gave to its people.
//!
//! A list of a company's own users has one domain and is no bulk; single numbers are chance.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::window::Window;

/// From how many on it is bulk.
const ADDRESSES: usize = 100;
const CARDS: usize = 10;
const NUMBERS: usize = 10;
/// Kept to tell the same from another; more need not be counted.
const KEPT: usize = 5000;

/// Domains where people of all kinds have their mail.
const ANYBODY: &[&[u8]] = &[
    b"gmail.com",
    b"yahoo.com",
    b"hotmail.com",
    b"outlook.com",
    b"icloud.com",
    b"aol.com",
    b"gmx.de",
    b"gmx.net",
    b"web.de",
    b"live.com",
    b"proton.me",
    b"protonmail.com",
    b"yahoo.co.uk",
    b"orange.fr",
    b"libero.it",
    b"mail.ru",
    b"qq.com",
];

#[derive(Debug, Default)]
pub struct Personal {
    addresses: HashSet<u64>,
    /// How many addresses of each domain, without those where anybody has mail.
    domains: HashMap<u64, usize>,
    cards: HashSet<u64>,
    /// Numbers that look like those of cards, right or wrong.
    like_cards: usize,
    right_cards: usize,
    numbers: HashSet<u64>,
    done: usize,
}

impl Personal {
    pub fn scan(&mut self, window: &Window, at_end: bool) {
        let end = window.end(at_end);
        let bytes = &window.bytes;
        let mut at = self.done;
        while at < end {
            let byte = bytes[at];
            let begins = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
            at += match byte {
                b'@' => {
                    self.address(bytes, at);
                    1
                }
                b'0'..=b'9' if begins => self.digits(bytes, at),
                b'A'..=b'Z' if begins => self.letters(&bytes[at..]),
                _ => 1,
            };
        }
        self.done = at;
    }

    pub fn done(&self) -> usize {
        self.done
    }

    pub fn shift(&mut self, cut: usize) {
        self.done -= cut;
    }

    /// How many of what, for each kind that there is enough of.
    pub fn finish(self) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        let own = self.domains.values().copied().max().unwrap_or_default();
        let count = |count: usize| if count >= KEPT { format!("{KEPT} or more") } else { count.to_string() };
        if self.addresses.len() - own >= ADDRESSES {
            let total = self.addresses.len();
            found.push((format!("{} e-mail addresses of several domains", count(total)), total));
        }
        // One in ten numbers of any kind is right by chance.
        if self.cards.len() >= CARDS && self.right_cards * 2 >= self.like_cards {
            found.push((format!("{} card numbers", count(self.cards.len())), self.cards.len()));
        }
        if self.numbers.len() >= NUMBERS {
            let total = self.numbers.len();
            found.push((format!("{} national identity numbers or bank accounts", count(total)), total));
        }
        found
    }

    fn address(&mut self, bytes: &[u8], at: usize) {
        let of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte);
        let of_domain = |byte: &u8| byte.is_ascii_alphanumeric() || b".-".contains(byte);
        let name = bytes[..at].iter().rev().take(64).take_while(|byte| of_name(byte)).count();
        let domain = bytes[at + 1..].iter().take(100).take_while(|byte| of_domain(byte)).count();
        let domain = bytes[at + 1..at + 1 + domain].to_ascii_lowercase();
        let domain = domain.strip_suffix(b".").unwrap_or(&domain);
        let last = domain.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
        let good = last.len() >= 2 && last.len() < domain.len() && last.iter().all(u8::is_ascii_alphabetic);
        if name == 0 || !good || self.addresses.len() >= KEPT {
            return;
        }
        let new = self.addresses.insert(hash(&(bytes[at - name..at].to_ascii_lowercase(), domain)));
        if new && !ANYBODY.contains(&domain) {
            *self.domains.entry(hash(&domain)).or_default() += 1;
        }
    }

    /// A run of digits, in groups or not; gives its length.
    fn digits(&mut self, bytes: &[u8], at: usize) -> usize {
        let text = &bytes[at..];
        let mut digits = Vec::with_capacity(19);
        let (mut length, mut groups, mut group) = (0, Vec::new(), 0);
        let mut separator = None;
        while let Some(byte) = text.get(length) {
            match byte {
                b'0'..=b'9' if digits.len() < 40 => {
                    digits.push(byte - b'0');
                    group += 1;
                }
                b' ' | b'-' if text.get(length + 1).is_some_and(u8::is_ascii_digit) => {
                    if *separator.get_or_insert(*byte) != *byte {
                        break;
                    }
                    groups.push(std::mem::take(&mut group));
                }
                _ => break,
            }
            length += 1;
        }
        groups.push(group);
        if text.get(length).is_some_and(u8::is_ascii_alphabetic) {
            self.spanish(&digits, &groups, text[length], text.get(length + 1));
            return length.max(1);
        }
        if groups == [3, 2, 4] && separator == Some(b'-') && is_social_security(&digits) {
            self.number(&digits);
        }
        if is_like_card(&digits, &groups) {
            self.like_cards += 1;
            if luhn(&digits) {
                self.right_cards += 1;
                keep(&mut self.cards, &digits);
            }
        }
        length.max(1)
    }

    /// A Spanish number: eight digits and the letter that follows from them.
    fn spanish(&mut self, digits: &[u8], groups: &[usize], letter: u8, next: Option<&u8>) {
        const LETTERS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";
        if groups != [8] || next.is_some_and(u8::is_ascii_alphanumeric) {
            return;
        }
        let value = digits.iter().fold(0_usize, |value, digit| value * 10 + usize::from(*digit));
        if LETTERS[value % 23] == letter {
            self.number(digits);
        }
    }

    /// A word in capitals and digits; gives its length.
    fn letters(&mut self, text: &[u8]) -> usize {
        let length = text.iter().take(40).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let word = &text[..length];
        if is_national_insurance(word) || is_codice_fiscale(word) || is_iban(word) {
            self.number(word);
        }
        length.max(1)
    }

    fn number(&mut self, number: &[u8]) {
        keep(&mut self.numbers, number);
    }
}

fn keep(set: &mut HashSet<u64>, number: &[u8]) {
    if set.len() < KEPT {
        set.insert(hash(&number));
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Of a length and a beginning that issuers of cards have, in the groups that are printed on them or in none.
fn is_like_card(digits: &[u8], groups: &[usize]) -> bool {
    let number = |count: usize| digits.iter().take(count).fold(0_u32, |n, digit| n * 10 + u32::from(*digit));
    let issuer = match digits.len() {
        15 => matches!(number(2), 34 | 37),
        16 => {
            matches!(number(1), 4)
                || matches!(number(2), 51..=55 | 65)
                || matches!(number(4), 2221..=2720 | 3528..=3589 | 6011)
        }
        _ => false,
    };
    issuer && matches!(groups, [_] | [4, 4, 4, 4] | [4, 6, 5]) && digits.iter().any(|digit| digit != &digits[0])
}

/// The check digit of card numbers.
fn luhn(digits: &[u8]) -> bool {
    let doubled = |digit: u8| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(n, d)| u32::from(if n % 2 == 1 { doubled(*d) } else { *d })).sum();
    sum.is_multiple_of(10)
}

/// The numbers of the United States that are given out.
fn is_social_security(digits: &[u8]) -> bool {
    let number = |part: &[u8]| part.iter().fold(0_u32, |n, digit| n * 10 + u32::from(*digit));
    let (area, group, serial) = (number(&digits[..3]), number(&digits[3..5]), number(&digits[5..]));
    area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
}

/// `AB123456C`, of the United Kingdom.
fn is_national_insurance(word: &[u8]) -> bool {
    word.len() == 9
        && word[..2].iter().all(|byte| byte.is_ascii_uppercase() && !b"DFIQUV".contains(byte))
        && word[1] != b'O'
        && word[2..8].iter().all(u8::is_ascii_digit)
        && (b'A'..=b'D').contains(&word[8])
}

/// Of Italy: letters of the name, day of birth, place, a letter that checks.
fn is_codice_fiscale(word: &[u8]) -> bool {
    const SHAPE: &[u8; 16] = b"AAAAAA99A99A999A";
    word.len() == SHAPE.len()
        && word.iter().zip(SHAPE).all(|(byte, wanted)| match wanted {
            b'A' => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_digit(),
        })
        && b"ABCDEHLMPRST".contains(&word[8])
}

/// An account number with its two check digits.
fn is_iban(word: &[u8]) -> bool {
    if !(15..=34).contains(&word.len())
        || !word[..2].iter().all(u8::is_ascii_uppercase)
        || !word[2..4].iter().all(u8::is_ascii_digit)
        || word.iter().any(u8::is_ascii_lowercase)
    {
        return false;
    }
    let turned = word[4..].iter().chain(&word[..4]);
    let rest = turned.fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    rest == 1
}
