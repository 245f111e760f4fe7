/**
 * Which files cannot concern Spark, found without parsing them. Values of Spark come from imports of its libraries, from
 * names that notebooks and shells give, from methods that only Spark has, from kinds declared in the settings, or through
 * other files of the project, those that it imports and those that import it: a file with none of these has no findings,
 * so leaving it out changes nothing but the time.
 */
import { namesCommand } from '../analysis/commands.ts';
import { columnWords } from '../analysis/hints.ts';
import type { Api } from '../knowledge/api.ts';
import type { Language } from '../program/program.ts';
import type { ProjectFiles } from './files.ts';
import type { ImportGraph } from './import-graph.ts';
import { perText } from './kept.ts';
import { isScala } from './paths.ts';
import type { ScalaNames } from './scala-names.ts';

export interface Relevance {
  /** `kinds` are those declared in the settings that hold for the file. */
  concernsSpark(path: string, kinds: ReadonlyMap<string, string>): boolean;
}

/** What tells frames by more than one word, `frame[name].isNull()`, `a.alias("x").join(b, on=keys, how="left")`: the analysis looks more closely. */
const framesInWords = new RegExp(`\\]\\s*\\.\\s*(?:${[...columnWords].join('|')})\\s*\\(|\\.alias\\([^()]*\\)\\s*\\.join\\(`);

/** Comments that speak to Sparkcheck are judged wherever they stand. */
const ownComment = /(?:#|\/\/)\s*sparkcheck:/;

export function relevanceOf(files: ProjectFiles, api: Api, { importsOf, targetsOf, importersOf, scala: { namesIn } }: ImportGraph): Relevance {
  const words: Readonly<Record<Language, Map<string, boolean>>> = { python: new Map(), scala: new Map() };
  const isSparkWord = (word: string, language: Language): boolean => {
    let known = words[language].get(word);
    if (known === undefined) words[language].set(word, (known = isSpark(api.given(word, language)) || api.kindsTelling(word, language).length > 0));
    return known;
  };
  const isSpark = (kind: string | undefined): boolean => kind !== undefined && api.isKind(kind);
  const speaksOfSpark = perText(files, (text, path) => ownComment.test(text) || namesCommand(text) || !isScala(path) && framesInWords.test(text) || (isScala(path) ? namesSpark(namesIn(path)!)
    : (importsOf(path) ?? []).some(({ level, module }) => level === 0 && api.library(module) === 'spark') || (text.match(/[A-Za-z_]\w*/g) ?? []).some((word) => isSparkWord(word, 'python'))));
  const ofSpark = (dotted: string): boolean => dotted !== '' && api.library(dotted, 'scala') === 'spark';
  /** A file that stands in one of Spark's packages sees what these hold. */
  const namesSpark = ({ imports, sees, dotted, words: said }: ScalaNames): boolean =>
    imports.some(({ path }) => ofSpark(path.join('.'))) || sees.some(ofSpark) || [...dotted].some((name) => name.includes('.spark.') && ofSpark(name)) || [...said].some((word) => isSparkWord(word, 'scala'));
  const verdicts = new Map<string, boolean>();
  let revision = -1;

  function leadsToSpark(start: string): boolean {
    const seen = new Set([start]);
    const work = [start];
    for (let path = work.pop(); path !== undefined; path = work.pop()) {
      const known = verdicts.get(path);
      if (known === false) continue;
      if (known || speaksOfSpark(path)) {
        verdicts.set(start, true);
        return true;
      }
      for (const target of targetsOf(path)) {
        if (seen.has(target)) continue;
        seen.add(target);
        work.push(target);
      }
    }
    // Nothing that it leads to leads to Spark either.
    for (const path of seen) verdicts.set(path, false);
    return false;
  }

  const leads = (path: string): boolean => verdicts.get(path) ?? (path.endsWith('.ipynb') || leadsToSpark(path));

  /** Something that imports it, directly or through others, leads to Spark. */
  function isUsedBySpark(path: string): boolean {
    const users = new Set([path]);
    for (const user of users) {
      if (leads(user)) return true;
      for (const importer of importersOf(user)) users.add(importer);
    }
    return false;
  }

  return {
    concernsSpark(path, kinds) {
      // Notebooks hold their code as JSON, and few are worth a second reading.
      if (path.endsWith('.ipynb') || kinds.size > 0) return true;
      if (revision !== files.revision) verdicts.clear();
      revision = files.revision;
      return leads(path) || isUsedBySpark(path);
    },
  };
}
