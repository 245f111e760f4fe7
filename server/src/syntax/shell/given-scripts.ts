/** Scripts behind `<<EOF` that another shell reads: `ssh host <<EOF`, `docker exec -i c bash <<EOF`, `cat > run.sh <<EOF`. */
import type { Range } from '../../text/range.ts';
import { linesOf } from './written-files.ts';

export interface GivenScript extends Range {
  /** The shell that gives it leaves the text as it is: its variables are its own. */
  readonly quoted: boolean;
}

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh']);
/** What runs the command behind it, its own options and words between. */
const starters: ReadonlySet<string> = new Set(['sudo', 'exec', 'time', 'env', 'nohup', 'docker', 'podman', 'kubectl', 'oc', 'docker-compose', 'srun', 'su', 'ssh', 'gosu', 'chroot', 'nice']);
/** Of ssh: options with a value of their own. */
const valued = /^-[BbcDEeFIiJLlmOopQRSWw]$/;

/** A shell, behind nothing but what starts it here or elsewhere: it reads what it is given, where no script or text is named behind it. */
function readsScript(command: string): boolean {
  const words = (command.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? []).map((word) => word.replace(/^["']|["']$/g, ''));
  const program = nameOf(words[0] ?? '');
  if (program === 'ssh') {
    const remote = behindHost(words.slice(1));
    return remote !== undefined && (remote.length === 0 || readsScript(remote.join(' ')));
  }
  const at = words.findIndex((word) => shells.has(nameOf(word)));
  const options = words.slice(at + 1);
  if (at >= 0 && (at === 0 || starters.has(program))) return options.includes('-s') || options.every((word) => /^[-+]/.test(word) && !givesText.test(word));
  return (program === 'su' || program === 'sudo' && words[1] === 'su') && !words.some((word) => givesText.test(word));
}
const givesText = /^(?:-\w*c|--command)$/;

/** What `ssh -i key host` is told to run there; undefined where no host is named. */
function behindHost(words: readonly string[]): readonly string[] | undefined {
  for (let at = 0; at < words.length; at++) {
    if (valued.test(words[at]!)) at++;
    else if (!words[at]!.startsWith('-')) return fromFirst(words.slice(at + 1));
  }
  return undefined;
}

/** Options may stand behind the host, too. */
const fromFirst = (words: readonly string[]): readonly string[] => words.slice(words.findIndex((word) => !word.startsWith('-')) >>> 0);

const nameOf = (word: string): string => word.slice(word.lastIndexOf('/') + 1);

/** `> run.sh`, `tee run.sh`. */
const intoScript = /(?:>{1,2}|\btee\b(?:[ \t]+-\w+)*)[ \t]*(["']?)[^\s"'|;&<>]+\.(?:sh|bash|zsh|ksh)\1(?![\w.])/;
const redirected = /[ \t]*\d?>{1,2}[ \t]*(?:&\d|"[^"]*"|'[^']*'|[^\s|;&<>]+)/g;

export function givenScripts(text: string): GivenScript[] {
  if (!text.includes('<<')) return [];
  return [...linesOf(text)].flatMap(({ line, behind }) => {
    if (!behind) return [];
    const { body, quoted } = behind;
    const isScript = intoScript.test(line) || /^#!.*\b(?:ba|da|z|k)?sh\b/.test(text.slice(body.start, body.end)) || readers(line).some(readsScript);
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
