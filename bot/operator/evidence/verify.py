"""Checks this package without Muster: python verify.py {ref}.zip"""

import hashlib
import json
import sys
import zipfile

package = zipfile.ZipFile(sys.argv[1])


def sha256(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


for total in package.read("SHA256SUMS").decode().splitlines():
    if sha256(package.read(total[66:])) != total[:64]:
        sys.exit(f"{total[66:]} was changed")
links = [bytes(32)]
for one in map(json.loads, package.read("chain.jsonl").decode().splitlines()):
    name = f"{one['book']}/{len(links)}"
    if one["content"] is not None and sha256(bytes.fromhex(one["salt"]), one["content"].encode()) != one["digest"]:
        sys.exit(f"{name} was changed")
    if sha256(links[-1], name.encode(), bytes.fromhex(one["digest"])) != one["link"]:
        sys.exit(f"{name} does not follow from the entry before")
    links.append(bytes.fromhex(one["link"]))
for head in map(json.loads, package.read("heads.jsonl").decode().splitlines()):
    place, link = next(end[1:] for end in json.loads(head["text"])["ends"] if end[0] == "{ref}")
    if sha256(bytes.fromhex(head["before"]), head["text"].encode()) != head["digest"] or links[place].hex() != link:
        sys.exit(f"head {head['number']} is of something else")
    print(f"Entries 1 to {place} stand as they did when head {head['number']} was made: {head['digest']}")
print(f"{len(links) - 1} entries follow from each other. Compare the heads with where they were published.")
