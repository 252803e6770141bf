#!/bin/sh
# A batch as an array of Slurm, for a file system that all nodes share.
#
#     sbatch --array=1-8 docs/cluster/slurm-array.sh clients.csv /shared/out
#     socpress bulk merge /shared/out
#
# N stands here and not in a variable of Slurm: a task that is submitted again by itself sees another count, and would
# divide the plan differently. Change it together with --array.
#SBATCH --job-name=socpress
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --requeue
#SBATCH --open-mode=append
set -eu
N=8

exec socpress bulk "$1" --out "$2" --shard "auto/$N" --jobs "${SLURM_CPUS_PER_TASK:-1}" --memory-limit 900
