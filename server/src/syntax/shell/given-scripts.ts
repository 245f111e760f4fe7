/** Scripts behind `<<EOF` that another shell reads: `ssh host <<EOF`, `docker exec -i c bash <<EOF`, `cat > run.sh <<EOF`. */
import type { Range } from '../../text/range.ts';
import { linesOf } from './written-files.ts';

export interface GivenScript extends Range {
  /** The shell that gives it leaves the text as it is: its variables are its own. */
  readonly quoted: boolean;
}

/** A shell that reads what it is given: no script is named behind it, and no text in quotes. */
const shell = /(?:^|[\s/"'])(?:ba|da|z|k)?sh(?:[ \t]+-[a-zA-Z]*s\b.*|(?:[ \t]+(?:-{1,2}(?!c\b)[\w-]*|\+\w+))*)["']?$/;
/** Another user's. */
const user = /^(?:sudo[ \t]+)?su\b(?!.*(?:[ \t]-\w*c\b|--command))/;
const ssh = /(?:^|[ \t])ssh((?:[ \t]+(?:-[46AaCfGgKkMNnqsTtVvXxYy]+|-[a-zA-Z][ \t]*(?:"[^"]*"|'[^']*'|\S+)))*)[ \t]+(?!-)(?:"[^"]*"|'[^']*'|\S+)([ \t]+-[46AaCfGgKkMNnqsTtVvXxYy]+)*$/;
/** `> run.sh`, `tee run.sh`. */
const intoScript = /(?:>{1,2}|\btee\b(?:[ \t]+-\w+)*)[ \t]*(["']?)[^\s"'|;&<>]+\.(?:sh|bash|zsh|ksh)\1(?![\w.])/;
const redirected = /[ \t]*\d?>{1,2}[ \t]*(?:&\d|"[^"]*"|'[^']*'|[^\s|;&<>]+)/g;

export function givenScripts(text: string): GivenScript[] {
  if (!text.includes('<<')) return [];
  return [...linesOf(text)].flatMap(({ line, behind }) => {
    if (!behind) return [];
    const { body, quoted } = behind;
    const isScript = intoScript.test(line) || /^#!.*\b(?:ba|da|z|k)?sh\b/.test(text.slice(body.start, body.end)) || readers(line).some((each) => shell.test(each) || user.test(each) || ssh.test(each));
    return isScript ? [{ ...body, quoted }] : [];
  });
}

/** The command before `<<EOF`, and what its output goes to: `cat <<EOF | ssh host`. */
function readers(line: string): string[] {
  const at = line.indexOf('<<');
  const before = line.slice(0, at).split(/\|\|?|&&|;|\b(?:then|do|else)\b|\$\(|^[ \t]*\(/).at(-1)!;
  const rest = line.slice(at).replace(/^<<-?[ \t]*(?:"\w+"|'\w+'|\\?\w+)/, '');
  const piped = /^[^|]*\|(?!\|)([^|;&]*)/.exec(rest)?.[1];
  const behind = piped === undefined ? /^[^|;&]*/.exec(rest)![0] : '';
  return [before + behind, piped ?? ''].map((each) => each.replace(redirected, '').trim()).filter((each) => each !== '');
}
