/** Jars and class files, as far as the generators read them: which string constants a class holds. */
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/** Name and bytes of each class of a jar that lies below a path. */
export function* classesIn(jar, below) {
  const bytes = readFileSync(jar);
  let end = bytes.length - 22;
  while (bytes.readUInt32LE(end) !== 0x06054b50) end--;
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, nameEnd);
    if (name.startsWith(below) && name.endsWith('.class')) yield [name.slice(0, -'.class'.length), contents(bytes, at)];
    at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}

/** The file that a record of the jar's directory tells of. */
function contents(bytes, record) {
  const header = bytes.readUInt32LE(record + 42);
  const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  const packed = bytes.subarray(start, start + bytes.readUInt32LE(record + 20));
  return bytes.readUInt16LE(record + 10) === 0 ? packed : inflateRawSync(packed);
}

/** Bytes that a constant of each kind takes; those of texts say their length themselves. */
const sizes = { 3: 5, 4: 5, 5: 9, 6: 9, 7: 3, 8: 3, 9: 5, 10: 5, 11: 5, 12: 5, 15: 4, 16: 3, 17: 5, 18: 5, 19: 3, 20: 3 };

/** The string constants of a class: not its names of classes, methods and fields. */
export function stringsOf(bytes) {
  const texts = new Map();
  const strings = [];
  const count = bytes.readUInt16BE(8);
  for (let index = 1, at = 10; index < count; index++) {
    const kind = bytes[at];
    if (kind === 1) {
      const length = bytes.readUInt16BE(at + 1);
      texts.set(index, bytes.subarray(at + 3, at + 3 + length));
      at += 3 + length;
      continue;
    }
    if (kind === 8) strings.push(bytes.readUInt16BE(at + 1));
    // Numbers of eight bytes count as two constants.
    if (kind === 5 || kind === 6) index++;
    at += sizes[kind];
  }
  return strings.map((index) => texts.get(index).toString('utf8'));
}
