/** A properties file (spark-defaults.conf): plain data, read exactly as java.util.Properties and Spark read it. */
import type { Range } from '../text/range.ts';

export interface ConfEntry extends Range {
  /** Escapes undone. */
  readonly key: string;
  readonly keyRange: Range;
  /** Escapes undone and blanks trimmed as Spark does. */
  readonly value: string;
  /** The raw value in the text, continuation lines included; empty where there is none. */
  readonly valueRange: Range;
  /** The raw separator between them. */
  readonly separator: Range;
  /** Backslashes of the raw entry that change it, with what they become. */
  readonly escapes: readonly { readonly range: Range; readonly kind: 'continuation' | 'escape' | 'unicode' | 'malformed-unicode' | 'dropped' ; readonly text: string }[];
}

export interface ConfDocument {
  /** Project-relative path. */
  readonly path: string;
  readonly text: string;
  readonly entries: readonly ConfEntry[];
  readonly comments: readonly Range[];
  /** A UTF-8 byte order mark stands before the first line. */
  readonly byteOrderMark: boolean;
}
