/** What single characters are in Scala. */

export const isBlank = (sign: string | undefined): boolean => sign === ' ' || sign === '\t';

export const isOperator = (sign: string | undefined): boolean => sign !== undefined && '-!#%&*+/\\:<=>?@^|~'.includes(sign);

/** Letters, digits, `_` and `$`. */
export const isWordPart = (unit: number): boolean => (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || (unit >= 48 && unit <= 57) || unit === 95 || unit === 36 || (unit >= 0xaa && unit !== 0xab && unit !== 0xbb && /[\p{L}\p{N}]/u.test(String.fromCharCode(unit)));

/** A sticky pattern, at a place. */
export function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}
