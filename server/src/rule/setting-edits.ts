/** Fix builders for configuration entries: one and the same for a properties file and for code. */
import type { Setting } from '../analysis/model.ts';
import type { Lowered } from '../program/program.ts';
import { lineEnd, lineStart } from '../text/edits.ts';
import { type Range, sliceOf } from '../text/range.ts';
import { editsFor } from './edits.ts';
import type { Edit } from './rule.ts';

export interface SettingEdits {
  /** Empty where the value in code is no literal of its own. */
  setValue(setting: Setting, value: string): Edit[];
  renameKey(setting: Setting, key: string): Edit[];
  /** The line of a file; in code the statement, or the one call in a chain. */
  remove(setting: Setting): Edit[];
}

/** `context` is what a settings rule is given. */
export function settingEdits(context: { readonly text: string; readonly program?: { readonly lowered: Lowered } | undefined }): SettingEdits {
  return context.program ? codeEntries(context.text, context.program.lowered) : fileEntries(context.text);
}

function fileEntries(text: string): SettingEdits {
  return {
    setValue: ({ keySite, valueSite }, value) => {
      const written = escapeValue(value);
      const bare = valueSite.start === valueSite.end && !/[\s=:]$/.test(text.slice(keySite.end, valueSite.start));
      return [{ start: valueSite.start, end: valueSite.end, newText: bare ? ` ${written}` : written }];
    },
    renameKey: ({ keySite }, key) => [{ start: keySite.start, end: keySite.end, newText: escapeKey(key) }],
    remove: ({ site }) => {
      const start = lineStart(text, site.start) === 0 && text.startsWith('\uFEFF') ? 1 : lineStart(text, site.start);
      const end = lineEnd(text, site.end);
      const after = text.startsWith('\r\n', end) ? end + 2 : text.startsWith('\n', end) ? end + 1 : end;
      if (after > end) return [{ start, end: after, newText: '' }];
      const before = text.slice(0, start).endsWith('\r\n') ? start - 2 : text.slice(0, start).endsWith('\n') ? start - 1 : start;
      return [{ start: before, end, newText: '' }];
    },
  };
}

/** As java.util.Properties reads them back. */
const escapeValue = (value: string): string => value.replaceAll('\\', '\\\\').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t');
const escapeKey = (key: string): string => escapeValue(key).replace(/[ :=]/g, '\\$&').replace(/^[#!]/, '\\$&');

const plainString = /^(["'])((?:\\.|(?!\1)[^\\\n])*)\1$/;
const plainNumber = /^-?\d[\d_]*(\.\d+)?$/;

function codeEntries(text: string, lowered: Lowered): SettingEdits {
  const edits = editsFor({ lowered });
  const [yes, no] = lowered.language === 'python' ? ['True', 'False'] : ['true', 'false'];
  const literal = (at: Range, value: string): Edit[] => {
    const written = sliceOf(text, at);
    const string = plainString.exec(written);
    if (string) return [{ start: at.start, end: at.end, newText: string[1]! + value.replace(/[\\"']/g, (char) => (char === '\\' || char === string[1] ? `\\${char}` : char)) + string[1]! }];
    if (!plainNumber.test(written) && written !== yes && written !== no) return [];
    const newText = plainNumber.test(value) ? value : value === 'true' ? yes : value === 'false' ? no : edits.quote(value);
    return [{ start: at.start, end: at.end, newText }];
  };
  // Key and value in one SQL text: no literal of their own.
  const inSql = ({ keySite, valueSite }: Setting): boolean => keySite.start === valueSite.start;
  return {
    setValue: (setting, value) => (inSql(setting) ? [] : literal(setting.valueSite, value)),
    renameKey: (setting, key) => (!inSql(setting) && plainString.test(sliceOf(text, setting.keySite)) ? literal(setting.keySite, key) : []),
    remove: (setting) => {
      if (inSql(setting)) return [];
      const { site, keySite } = setting;
      const before = text.slice(site.start, keySite.start);
      // What sets one key alone (`master`) is named by its own word.
      const call = /(?:\s|\\\r?\n)*\.\s*(?:\w+\s*\(\s*(?:key\s*=\s*)?)?$/.exec(before);
      if (!call) return [];
      const receiver = before.slice(0, call.index);
      if (edits.isWholeStatement(site) && !receiver.includes('(')) return edits.removeStatement(site);
      let start = site.start + call.index;
      // A comment ends with its line: the line end behind it must stay.
      if (lowered.comments.some((comment) => comment.end === start)) start = lineEnd(text, start) + (text.startsWith('\r\n', lineEnd(text, start)) ? 2 : 1);
      return [{ start, end: site.end, newText: '' }];
    },
  };
}
