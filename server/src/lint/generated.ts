/** Code that another program writes: what there is to better in it is bettered where it is written from. */
import { contains } from '../text/range.ts';
import type { LintedText } from './document.ts';

/** A comment at the head says that the file was generated, and that nobody should edit it. */
export function isGenerated({ comments, head, text }: LintedText): boolean {
  const said = comments.filter((comment) => contains(head, comment)).map(({ start, end }) => text.slice(start, end)).join('\n');
  return /@generated\b/.test(said) || /\b(?:auto-?)?generated\b/i.test(said) && (/\bdo\s+not\s+(?:edit|modify|change)\b/i.test(said) || /\b(?:changes|edits|modifications)\b.{0,60}\b(?:lost|overwritten)\b/i.test(said));
}
