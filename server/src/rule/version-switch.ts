/** Templates of settings from which a script takes what the release at hand does not read. */
import type { Setting } from '../analysis/model.ts';
import type { SettingsContext } from './rule.ts';

const takenOut = /\bcomment(?:s|ed|ing)?[ -]out\b/i;
const byRelease = /\b(?:versions?|releases?)\b/i;

/** A comment names the key, and says that it is commented out by version. */
export function isSwitchedByVersion({ conf, text }: SettingsContext, { key }: Setting): boolean {
  if (!conf || !takenOut.test(text)) return false;
  const comments = text.match(/^[ \t]*#.*(?:\r?\n[ \t]*#.*)*/gm) ?? [];
  return comments.some((comment) => takenOut.test(comment) && byRelease.test(comment) && comment.split(/[\s,;:()'"`]+/).some((word) => word.replace(/\.$/, '') === key));
}
