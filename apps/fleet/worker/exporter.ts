import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../stack/settings.js';
import { Edit } from '../storage/entities.js';

/** Draws diagrams. Doing the same export twice changes nothing: it may be handed over again. */
@Injectable()
export class Exporter {
  constructor(
    private readonly database: DataSource,
    private readonly settings: Settings,
  ) {}

  async draw(exportId: string): Promise<void> {
    const rows: { diagram_id: string }[] = await this.database.query('select diagram_id from exports where id = $1', [
      exportId,
    ]);
    const [asked] = rows;
    if (asked === undefined) throw new Error(`there is no export ${exportId}`);
    const edits = await this.database
      .getRepository(Edit)
      .find({ where: { diagramId: asked.diagram_id }, order: { version: 'ASC' } });
    // Stands for the drawing itself.
    await setTimeout(this.settings.variables.EXPORT_MS);
    await this.database.query(`update exports set status = 'done', drawing = $2 where id = $1`, [exportId, svg(edits)]);
  }
}

function svg(edits: readonly Edit[]): string {
  const shapes = edits.map(({ shape }) => `<desc>${shape.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</desc>`);
  return `<svg xmlns="http://www.w3.org/2000/svg">${shapes.join('')}</svg>`;
}
