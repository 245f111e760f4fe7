/** The text as a regular expression that matches nothing but it: names may hold `$`, keys hold dots. */
export const escapePattern = (text: string): string => text.replace(/\W/g, '\\$&');
