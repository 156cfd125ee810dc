#!/usr/bin/env bash
# Builds what a release consists of, into out/: an archive with the program, completions, manual pages, licences and
# docs, the packaged crate, and SHA-256 sums of both. The program needs nothing beside itself: model, actors and lexicon
# are inside. The archive has the same bytes for the same program: names are sorted, and times are those of the commit.
#
#     scripts/release.sh            # for this machine
#     scripts/release.sh TARGET     # for another target that rustup and a linker are there for (completions and manual
#                                   # pages are made by a program for this machine)
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
host=$(rustc -vV | sed -n 's/^host: //p')
target=${1:-$host}
name="stance-$version-$target"
root=$PWD
out=$root/out/release
folder=$out/$name
build=${CARGO_TARGET_DIR:-target}

if ! git diff --quiet HEAD -- 2>/dev/null; then
  echo "warning: there are changes that no commit has; the archive is not that of a release" >&2
fi
when=$(git log -1 --format=%ct 2>/dev/null || date +%s)

rm -rf "$out"
mkdir -p "$folder/completions" "$folder/man"

cargo build --release --locked --bin stance
stance=$build/release/stance
program=$stance
if [ "$target" != "$host" ]; then
  cargo build --release --locked --bin stance --target "$target"
  program=$build/$target/release/stance
fi
suffix=
[ -e "$program" ] || suffix=.exe
cp "$program$suffix" "$folder/"

for shell in bash elvish fish powershell zsh; do
  "$stance" completions "$shell" > "$folder/completions/stance.$shell"
done
"$stance" man --out "$folder/man"
cp README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$folder/"
cp -R docs "$folder/docs"

# The program from the archive does the work that it is for.
if [ "$target" = "$host" ]; then
  "$folder/stance$suffix" predict --format jsonl data/examples/caracas.txt 2>/dev/null | grep -q '"actor":"guaido"'
fi

cargo package --locked --allow-dirty --no-verify
cp "$build/package/stance-$version.crate" "$out/"

if tar --version 2>/dev/null | grep -q GNU; then
  tar -C "$out" --sort=name --mtime="@$when" --owner=0 --group=0 --numeric-owner -cf - "$name"
else
  tar -C "$out" -cf - "$name"
fi | gzip -n -9 > "$out/$name.tar.gz"
rm -rf "$folder"

cd "$out"
if command -v sha256sum >/dev/null; then
  sha256sum ./*.tar.gz ./*.crate | sed 's|\./||' > SHA256SUMS
else
  shasum -a 256 ./*.tar.gz ./*.crate | sed 's|\./||' > SHA256SUMS
fi
cat SHA256SUMS
