/** What a module learns from those in other files that call its functions. */
import { describe, expect, it } from 'vitest';
import { projectOf } from '../support/project.ts';
import { cases } from './harness.ts';

const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';
const helper = 'def show_all(frame):\n    rows = frame.collect()\n    return rows\n';

describe('a parameter', () => {
  cases({
    'is what callers in another file pass, and as unbounded as any of them': {
      'helper.py': `def show_all(frame):
    return frame.collect()  #! collect-to-driver
`,
      'few.py': `${session}from helper import show_all
show_all(spark.range(3).limit(3))
`,
      'main.py': `${session}import helper
helper.show_all(spark.read.parquet("/events"))
`,
      'other.py': `import helper
helper.show_all(unseen())
`,
    },
    'is not believed to be bounded because one caller bounds it': {
      'helper.py': `def show_all(frame):
    frame  #: DataFrame | unknown (parameter)
    return frame.collect()
`,
      'few.py': `${session}from helper import show_all
show_all(spark.read.parquet("/events").limit(3))
`,
    },
    'is not told where some callers pass what is none of Spark\'s': {
      'helper.py': `def show_all(source):
    source  #: unknown (parameter)
    return source.collect()
`,
      'main.py': `${session}from helper import show_all
show_all(spark.read.parquet("/events"))
show_all("/events")
`,
    },
    'is told through files in between': {
      'deep.py': `def show(frame):
    frame.collect()  #! collect-to-driver
`,
      'pkg/__init__.py': `from .middle import shown
`,
      'pkg/middle.py': `from deep import show
def shown(frame):
    show(frame)
`,
      'main.py': `${session}from pkg import shown
shown(spark.read.parquet("/events"))
`,
    },
    'of a constructor gives the fields their kind': {
      'step.py': `class Step:
    def __init__(self, session, path):
        self.session = session
        self.path = path
    def load(self):
        session = self.session  #: SparkSession | unknown (parameter)
        return session.read.parquet(self.path)
    def go(self):
        self.load().collect()  #! collect-to-driver
`,
      'main.py': `${session}from step import Step
Step(spark, "/events").go()
`,
    },
    'that one caller gives a frame may be given something else by others': {
      'helper.py': `def tail(text):
    return text[:-1] if text[-1] == "/" else text
`,
      'main.py': `import sys
from pyspark.sql import SparkSession
from helper import tail
spark = SparkSession.builder.getOrCreate()
tail(spark.table("t"))
tail(load(sys.argv))
`,
    },
    'may be given by keyword, and hold several': {
      'helper.py': `def each(*, frames):
    for frame in frames:
        frame  #: DataFrame | unknown (element)
        frame.collect()  #! collect-to-driver
`,
      'main.py': `${session}from helper import each
each(frames=[spark.read.parquet("/a"), spark.read.parquet("/b")])
`,
    },
    'keeps its annotation, and is as unbounded as callers pass it': {
      'helper.py': `from pyspark.sql import DataFrame
def show_all(frame: DataFrame, other: DataFrame):
    other.collect()
    return frame.collect()  #! collect-to-driver
`,
      'main.py': `${session}from helper import show_all
show_all(spark.read.parquet("/events"), spark.range(3))
`,
    },
    'is what its own file passes, where that calls it': {
      'helper.py': `import pyspark
def show_all(frame):
    frame  #: "none"
    return frame.collect()
show_all("none")
`,
      'main.py': `${session}from helper import show_all
show_all(spark.read.parquet("/events"))
`,
    },
    'is told by what a function is handed to': {
      'helper.py': `def clean(frame):
    frame.collect()  #! collect-to-driver
    return frame
`,
      'main.py': `${session}from helper import clean
spark.read.parquet("/events").transform(clean)
`,
    },
    'does not reach those that import it': {
      'helper.py': `class Job:
    def __init__(self, frame):
        self.frame = frame
    def get(self):
        return self.frame
job = Job(unseen())
`,
      'main.py': `${session}from helper import Job
Job(spark.read.parquet("/events")).get()  #: DataFrame
`,
      'other.py': `import pyspark
from helper import job
job.get()  #: unknown (call)
`,
    },
  });

  it('is the same whatever was checked before, in circles too', () => {
    const files = {
      'a.py': `import b\n${helper}`,
      'b.py': `${session}import a\ndef main():\n    a.show_all(spark.read.parquet("/events"))\n`,
    };
    const found = (paths: readonly string[]): string[] => {
      const project = projectOf(files);
      return paths.map((path) => `${path} ${project.check(path).findings.map(({ rule, related }) => `${rule} ${related.map(({ message }) => message).join()}`).join()}`).sort();
    };
    expect(found(['a.py', 'b.py'])).toEqual(['a.py collect-to-driver DataFrame, passed by `main` in b.py', 'b.py ']);
    expect(found(['b.py', 'a.py'])).toEqual(found(['a.py', 'b.py']));
  });
});

describe('a field', () => {
  cases({
    'is what another file sets it to': {
      'holder.py': `class Holder:
    def show(self):
        self.frame.collect()  #! collect-to-driver
holder = Holder()
`,
      'main.py': `${session}from holder import holder
holder.frame = spark.read.parquet("/events")
`,
    },
  });
});

describe('in the editor', () => {
  const files = { 'helper.py': helper, 'main.py': `${session}from helper import show_all\nshow_all(spark.read.parquet("/events"))\n` };
  const rules = (project: ReturnType<typeof projectOf>, quick = false): string[] => project.check('helper.py', { quick }).findings.map(({ rule }) => rule);

  it('a caller that changes changes what is found', () => {
    const project = projectOf(files);
    expect(rules(project)).toEqual(['collect-to-driver']);
    project.setText('main.py', `${session}from helper import show_all\nshow_all(spark.range(3))\n`);
    expect(rules(project)).toEqual([]);
    project.setText('main.py', undefined);
    expect(rules(project)).toEqual(['collect-to-driver']);
  });

  it('an edit of the function is answered with what callers said before, until it settles', () => {
    const project = projectOf(files);
    expect(project.check('helper.py').settled).toBe(true);
    project.setText('helper.py', `\n${helper}`);
    expect(rules(project, true)).toEqual(['collect-to-driver']);
    expect(project.check('helper.py', { quick: true }).settled).toBe(false);
    expect(rules(project)).toEqual(['collect-to-driver']);
    expect(project.check('helper.py', { quick: true }).settled).toBe(true);
    project.setText('helper.py', helper.replace('frame', 'count, frame'));
    expect(rules(project)).toEqual([]);
  });
});
