/** A finding as the editor, the command line and baselines see it. */
import type { Range } from '../text/range.ts';
import { rulePages } from '../rule/pages.ts';
import type { Severity, Fix, Related } from '../rule/rule.ts';

export interface Finding extends Range {
  /** Project-relative path of the document. */
  readonly path: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly url: string;
  /** Rule, enclosing definition, normalised code, ordinal: survives edits elsewhere in the file. */
  readonly fingerprint: string;
  readonly fixes: readonly Fix[];
  /** The name that the file should have. */
  readonly renameTo?: string | undefined;
  readonly related: readonly Related[];
  readonly evidence: readonly Related[];
  readonly tags: readonly ('deprecated' | 'unnecessary')[];
}

/** The page of a rule; its base address stands in package.json alone. */
export const urlOf = (rule: string): string => `${rulePages}${rule}.md`;
