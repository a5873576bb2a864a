import { Injectable, Logger } from '@nestjs/common';
import { catchError, concatMap, EMPTY, exhaustMap, from, type Observable, tap, timer } from 'rxjs';
import { DataSource } from 'typeorm';
import { Edit } from '../../storage/entities.js';

const LOOK_MS = 250;
const BATCH = 100;

/** The edits of diagrams, in order. Whoever follows a diagram sees those of every instance. */
@Injectable()
export class Edits {
  private readonly logger = new Logger('Edits');

  constructor(private readonly database: DataSource) {}

  /**
   * Adds an edit, once: what a client sends again, because it has not seen the answer, is there already.
   *
   * @returns its version; `undefined` when there is no such diagram
   */
  add(diagramId: string, id: string, shape: string): Promise<number | undefined> {
    return this.database.transaction(async (transaction) => {
      const diagrams: { version: number }[] = await transaction.query(
        'select version from diagrams where id = $1 for update',
        [diagramId],
      );
      const [diagram] = diagrams;
      if (diagram === undefined) return undefined;
      const known = await transaction.findOneBy(Edit, { diagramId, id });
      if (known) return known.version;
      const version = diagram.version + 1;
      await transaction.query('update diagrams set version = $2 where id = $1', [diagramId, version]);
      await transaction.insert(Edit, new Edit(diagramId, version, id, shape));
      return version;
    });
  }

  /** Every edit after a version, in order, and those to come. It ends when its subscriber leaves. */
  after(diagramId: string, version: number): Observable<Edit> {
    let seen = version;
    const look = () =>
      from(this.newest(diagramId, seen)).pipe(
        catchError((error: unknown) => {
          this.logger.warn(`edits could not be read, the next look tries again: ${String(error)}`);
          return EMPTY;
        }),
      );
    return timer(0, LOOK_MS).pipe(
      exhaustMap(look),
      concatMap((edits) => from(edits)),
      tap((edit) => (seen = edit.version)),
    );
  }

  private newest(diagramId: string, version: number): Promise<Edit[]> {
    return this.database
      .getRepository(Edit)
      .createQueryBuilder('edit')
      .where('edit.diagramId = :diagramId and edit.version > :version', { diagramId, version })
      .orderBy('edit.version')
      .limit(BATCH)
      .getMany();
  }
}
