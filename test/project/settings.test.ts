import { describe, expect, it } from 'vitest';
import type { Rule } from '../../server/src/rule/rule.ts';
import { projectFiles } from '../../server/src/project/files.ts';
import { memoryHost } from '../../server/src/project/host.ts';
import { isMeant } from '../../server/src/lint/settings.ts';
import { nearestName, noSettings, overridden, readSettings, settingsFileFor } from '../../server/src/project/settings.ts';

const rule = { name: 'collect-to-driver', former: ['collect'], options: { most: { default: 5, description: '' } } } as unknown as Rule;
const knowledge = { rules: [rule], isKind: (name: string) => name === 'DataFrame' };
const read = (text: string, path = 'sparkcheck.toml') => readSettings(path, text, knowledge);

describe('settings', () => {
  it('counts globs from the folder of its file', () => {
    const { settings } = readSettings('team/sparkcheck.toml', 'exclude = ["src/gen/**", "old/", "*.ipynb"]\n[profiles]\n"./tests/*" = "test"\n', knowledge, 'team');
    expect(settings.exclude).toEqual(['team/src/gen/**', 'team/**/old/**', 'team/**/*.ipynb']);
    expect(settings.profiles).toEqual([{ paths: ['team/tests/*'], kind: 'test' }]);
  });
  it('counts those of a folder above from there', () => {
    const meant = (glob: string): boolean => isMeant({ within: 'team/gen' }, glob, 'etl/a.py');
    expect(['*.py', 'team/gen/**', '**/gen/**', '*/gen/etl/a.py', 'team/', 'other/**', 'etl/a.py', '{team/gen,old}/**'].map(meant)).toEqual([true, true, true, true, true, false, false, true]);
    expect(overridden({ ...noSettings, within: 'team', exclude: ['team/a/**'] }, { exclude: ['b/**', '*.sc'] }).exclude).toEqual(['team/a/**', 'team/**/b/**', 'team/**/*.sc']);
  });
  it('lets the severity that stands with a rule win, in whichever order', () => {
    for (const text of ['[severities]\ncollect-to-driver = "error"\n[rules.collect-to-driver]\nseverity = "off"\n', '[rules.collect-to-driver]\nseverity = "off"\n[severities]\ncollect-to-driver = "error"\n']) {
      const { settings, problems } = read(text);
      expect(settings.severities).toEqual({ 'collect-to-driver': 'off' });
      expect(problems).toMatchObject([{ severity: 'note' }]);
    }
  });
  it('reads every key', () => {
    const { settings, problems } = read(`
target-spark = "3.5-4.3"
java = 17
manager = "yarn"
launch = "spark-submit"
select = ["driver"]
ignore = ["collect"]
exclude = ["old/**"]
namespaces = ["spark.mycompany"]
[cluster]
slots = 40
container = "64g"
[severities]
collect-to-driver = "hint"
[rules.collect-to-driver]
most = 7
[profiles]
"notebooks/**" = "notebook"
"lib/**" = { kind = "library", ignore = ["driver"] }
[kinds]
"mylib.io.load" = "DataFrame"
mylib.other.read = "DataFrame"
`);
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      spark: { from: '3.5', to: '4.3' }, java: 17, manager: 'yarn', launch: 'spark-submit', slots: 40, container: 64 * 2 ** 30, select: ['driver'], ignore: ['collect'], exclude: ['old/**'],
      namespaces: ['spark.mycompany.'], severities: { 'collect-to-driver': 'hint' }, options: { 'collect-to-driver': { most: 7 } },
      profiles: [{ paths: ['notebooks/**'], kind: 'notebook' }, { paths: ['lib/**'], kind: 'library', ignore: ['driver'] }],
    });
    expect([...settings.kinds]).toEqual([['mylib.io.load', 'DataFrame'], ['mylib.other.read', 'DataFrame']]);
  });
  it('reads pyproject.toml and leaves the rest of it alone', () => {
    const { settings, problems } = read('[project]\nname = "x"\n[tool.sparkcheck]\ntarget-spark = ">=3.4"\n[tool.sparkcheck.kinds]\n"a.b" = "DataFrame"\n', 'pyproject.toml');
    expect(problems).toEqual([]);
    expect(settings.spark).toEqual({ from: '3.4', to: '4.3' });
    expect(settings.kinds.get('a.b')).toBe('DataFrame');
  });
  it('accepts the headings of both files in sparkcheck.toml', () => {
    expect(read('[sparkcheck.kinds]\n"a.b" = "DataFrame"').settings.kinds.size).toBe(1);
    expect(read('[tool.sparkcheck]\njava = 11').settings.java).toBe(11);
  });
  it('says where the text is no TOML', () => {
    expect(read('[cluster]\ncontainer = "much"\n').problems[0]!.message).toContain('"64g"');
    expect(read('[cluster]\ncontainer = 64\n').problems).toHaveLength(1);
    const { problems } = read('java = 17\nlaunch = \n');
    expect(problems).toMatchObject([{ path: 'sparkcheck.toml', line: 2, severity: 'error' }]);
    expect(problems[0]!.message).toContain('no valid TOML');
  });
  it('reports unknown keys with the nearest name, and where they stand', () => {
    const { problems } = read('java = 17\n\n  targt-spark = "3.5"\n[cluster]\nslot = 3\n');
    expect(problems).toMatchObject([{ line: 3, column: 3, severity: 'note' }, { line: 5, column: 1, severity: 'note' }]);
    expect(problems[0]!.message).toContain('`target-spark`');
    expect(problems[1]!.message).toContain('`slots`');
  });
  it('reports unknown rules, kinds and values', () => {
    const { problems } = read('ignore = [\n  "colect-to-driver",\n]\nlaunch = "yarn"\ntarget-spark = "new"\n[kinds]\n"a.b" = "Frame"\n[rules.collect-to-driver]\nmost = "many"\n');
    expect(problems.map(({ line, severity }) => [line, severity])).toEqual([[2, 'note'], [4, 'error'], [5, 'error'], [7, 'error'], [9, 'error']]);
  });
  it('keeps what is right beside what is wrong', () => {
    const { settings } = read('java = "x"\nmanager = "yarn"');
    expect(settings).toMatchObject({ java: undefined, manager: 'yarn' });
  });
  it('is found upward, the nearest first', () => {
    const files = projectFiles(memoryHost({ 'sparkcheck.toml': '', 'a/pyproject.toml': '[tool.sparkcheck]\n', 'b/pyproject.toml': '[project]\n' }));
    expect(settingsFileFor(files, 'a/x/job.py')).toBe('a/pyproject.toml');
    expect(settingsFileFor(files, 'b/job.py')).toBe('sparkcheck.toml');
    expect(settingsFileFor(projectFiles(memoryHost({ 'job.py': '' })), 'job.py')).toBeUndefined();
  });
  it('lets the editor and the command line win', () => {
    const { settings } = read('target-spark = "3.3"\nselect = ["driver"]\nignore = ["caching"]');
    expect(overridden(settings, { targetSpark: '4.0', select: ['collect'], ignore: ['loops'] })).toMatchObject({ spark: { from: '4.0', to: '4.0' }, select: ['collect'], ignore: ['caching', 'loops'] });
    expect(overridden(settings, {})).toMatchObject({ spark: { from: '3.3', to: '3.3' }, select: ['driver'], ignore: ['caching'] });
  });
  it('names no name that is far', () => {
    expect(nearestName('bananas', ['java', 'manager'])).toBeUndefined();
    expect(nearestName('mangaer', ['java', 'manager'])).toBe('manager');
  });
});
