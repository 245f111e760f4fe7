/** What one module's run may know and touch of another's. */
import { describe } from 'vitest';
import { cases } from './harness.ts';

describe('objects of different modules', () => {
  cases({
    'are told apart, however many each module makes': {
      'settings.py': `class Settings:
    def __init__(self):
        self.data = {"retries": 3}
settings = Settings()
`,
      'job.py': `from pyspark.sql import SparkSession
from settings import settings
class Job:
    def __init__(self, session):
        self.data = session.read.parquet("/events")
job = Job(SparkSession.builder.getOrCreate())
settings.data  #: dict of 3
job.data  #: DataFrame
`,
    },
  });
});
