/** Code that another program writes: what there is to better in it is bettered where it is written from. */
import { contains } from '../text/range.ts';
import type { LintedText } from './document.ts';

/** A comment at the head says that the file was generated, and that nobody should edit it. */
export function isGenerated({ comments, head, text }: LintedText): boolean {
  const said = comments.filter((comment) => contains(head, comment)).map(({ start, end }) => text.slice(start, end)).join('\n');
  return /@generated\b/.test(said) || ofFile.test(said) && (/\bdo\s+not\s+(?:edit|modify)\b/i.test(said) || /\b(?:changes|edits|modifications)\b.{0,60}\b(?:lost|overwritten)\b/i.test(said));
}
/** The file, and not something that it speaks of. */
const ofFile = /^\W*(?:auto-?)?generated\b|\b(?:auto-?)?generated\s+(?:by|from|with|using|file|code)\b|\bthis\s+(?:file|code|script|notebook|module)\b[^.\n]*\bgenerated\b/im;
