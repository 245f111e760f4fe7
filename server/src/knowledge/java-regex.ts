/** What Java's Pattern refuses of a regular expression; only what is certain is told. Tried on Java 17. */

/** Categories of Unicode and the names of POSIX; of others the first letters tell what they are. */
const isProperty = (name: string): boolean => /^(C[cfnos]?|L[CDlmotu1]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|all|ASCII|Alnum|Alpha|Blank|Cntrl|Digit|Graph|Lower|Print|Punct|Space|Upper|XDigit)$|^(Is|In|java)|=/.test(name);

/** A clause ("has a group that is not closed"), or undefined where nothing is wrong. */
export function regexFault(text: string): string | undefined {
  const faults: string[] = [];
  let at = 0;
  let groups = 0;
  let repeatable = false;
  const fail = (clause: string): void => void faults.push(clause);

  while (at < text.length && faults.length === 0) {
    const character = text[at]!;
    if (character === '\\') escape();
    else if (character === '[') characterClass();
    else if (character === '(') open();
    else if (character === ')') close();
    else if (character === '|') step(false);
    else if ('*+?'.includes(character)) repeated(1);
    else if (character === '{') counted();
    // After an anchor Java takes a repetition.
    else step(true);
  }
  if (faults.length === 0 && groups > 0) fail('has a group that is not closed');
  return faults[0];

  function step(canRepeat: boolean): void {
    at++;
    repeatable = canRepeat;
  }

  function escape(): void {
    const next = text[at + 1];
    if (next === undefined) return fail('ends in a backslash');
    if (next === 'Q') {
      const end = text.indexOf('\\E', at + 2);
      at = end < 0 ? text.length : end + 2;
      repeatable = true;
      return;
    }
    if (/[gijlmoqyCEFIJKLMOTUY]/.test(next)) return fail(`has \`\\${next}\`, which is no escape in Java`);
    at += 2;
    repeatable = true;
    const braces = /[pPxNk]/.test(next) ? /^(\{[^}]*\}|<\w+>)/.exec(text.slice(at)) : null;
    if (braces && /[pP]/.test(next) && !isProperty(braces[0].slice(1, -1))) return fail(`names no class of characters with \`\\${next}${braces[0]}\``);
    if (braces) at += braces[0].length;
    else if (/[pPx]/.test(next) && text[at] === '{') fail('has a brace that is not closed');
  }

  /** Classes may hold classes. */
  function characterClass(): void {
    let depth = 0;
    for (let first = false; at < text.length; at++) {
      const character = text[at]!;
      if (character === '\\') {
        const quoted = text[at + 1] === 'Q' ? text.indexOf('\\E', at + 2) : -1;
        at = quoted < 0 ? at + 1 : quoted + 1;
        first = false;
      } else if (character === '[') {
        depth++;
        if (text[at + 1] === '^') at++;
        first = true;
      } else if (character === ']' && !first) {
        depth--;
        if (depth === 0) return step(true);
      } else first = false;
    }
    fail('has a class of characters that is not closed');
  }

  function open(): void {
    const special = /^\(\?(<[a-zA-Z]\w*>|<?[=!]|[:>]|[a-zA-Z]*(-[a-zA-Z]+)?([:)]))?/.exec(text.slice(at));
    if (!special) {
      groups++;
      return step(false);
    }
    if (special[1] === undefined || /^[a-zA-Z]/.test(special[1]) && /[^idmsuxU:)-]/.test(special[1])) return fail(`has a group of a kind that Java does not know (\`${text.slice(at, at + 4)}\`)`);
    at += special[0].length;
    // Flags alone are no group.
    if (special[3] !== ')') groups++;
    repeatable = special[3] === ')';
  }

  function close(): void {
    if (groups === 0) return fail('closes a group that is not open');
    groups--;
    step(true);
  }

  function counted(): void {
    const count = /^\{(\d+)(,(\d*))?\}/.exec(text.slice(at));
    if (!repeatable || !count) return fail('has a `{` that is no repetition');
    if (count[3] && Number(count[3]) < Number(count[1])) return fail('repeats more often at least than at most');
    repeated(count[0].length);
  }

  function repeated(length: number): void {
    if (!repeatable) return fail(`repeats nothing with \`${text[at]!}\``);
    at += length;
    if (text[at] === '+' || text[at] === '?') at++;
    repeatable = false;
  }
}
