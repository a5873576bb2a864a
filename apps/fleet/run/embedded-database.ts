import { fileOf, Instance } from './instance.js';
import { Place } from './place.js';

const START_MS = 120_000;

/** The database of a fleet: the one of `DATABASE_URL`, or PGlite in a process of its own. */
export class EmbeddedDatabase {
  private constructor(
    readonly url: string,
    private readonly instance?: Instance,
  ) {}

  /** @param url where one is already; nothing is started then */
  static async startUnless(
    url: string | undefined,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<EmbeddedDatabase> {
    if (url) return new EmbeddedDatabase(url);
    const place = await Place.create('database');
    const instance = new Instance(place, { file: fileOf('embedded'), env });
    await instance.waitForLine(/^listening on /, START_MS);
    return new EmbeddedDatabase(`postgres://postgres@127.0.0.1:${place.port}/postgres`, instance);
  }

  async stop(): Promise<void> {
    await this.instance?.stop();
  }

  kill(): void {
    this.instance?.kill();
  }
}
