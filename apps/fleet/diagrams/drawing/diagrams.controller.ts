import { createHash, randomUUID } from 'node:crypto';
import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Headers,
  type MessageEvent,
  Param,
  Post,
  Sse,
  UploadedFile,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { map, type Observable } from 'rxjs';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Outbox } from '../../messages/outbox.js';
import { AccessGuard, type Caller, FromCaller } from '../../stack/access.js';
import { Costs, CostsInterceptor } from '../../stack/budget/costs.interceptor.js';
import type { Diagram } from '../../storage/entities.js';
import { Diagrams } from './diagrams.js';
import { Edits } from './edits.js';
import { OwnerGuard } from './owner.guard.js';

const NEW_DIAGRAM = z.object({ title: z.string().min(1).max(200) });

/** Diagrams, their images, and what is changed in them. */
@Controller('v1/diagrams')
@UseGuards(AccessGuard)
@UseInterceptors(CostsInterceptor)
export class DiagramsController {
  constructor(
    private readonly database: DataSource,
    private readonly diagrams: Diagrams,
    private readonly edits: Edits,
    private readonly outbox: Outbox,
  ) {}

  @Post()
  create(@FromCaller() { sub }: Caller, @Body() body: unknown): Promise<Diagram> {
    const { data } = NEW_DIAGRAM.safeParse(body);
    if (!data) throw new BadRequestException('The body must be {"title":"…"}');
    return this.diagrams.add(sub, data.title);
  }

  @Get(':id')
  one(@FromCaller() { sub }: Caller, @Param('id') id: string): Promise<Diagram> {
    return this.diagrams.ofOwner(id, sub);
  }

  /** All of the upload is kept, or nothing. */
  @Post(':id/images')
  @UseGuards(OwnerGuard)
  @Costs(0.002)
  @UseInterceptors(FileInterceptor('image'))
  async upload(
    @Param('id') id: string,
    @UploadedFile() image?: { readonly buffer: Buffer },
  ): Promise<{ id: string; bytes: number; sha256: string }> {
    if (!image) throw new BadRequestException('The body must be multipart/form-data with a file named "image"');
    const imageId = randomUUID();
    const sha256 = createHash('sha256').update(image.buffer).digest('hex');
    await this.database.transaction(async (transaction) => {
      await transaction.query('insert into images (id, diagram_id, sha256, bytes) values ($1, $2, $3, $4)', [
        imageId,
        id,
        sha256,
        image.buffer,
      ]);
      await this.outbox.add(transaction, { topic: 'image.uploaded', subject: imageId });
    });
    return { id: imageId, bytes: image.buffer.length, sha256 };
  }

  /** The edits as they are made. A client that comes back says which it has seen last, and misses none. */
  @Sse(':id/edits')
  @UseGuards(OwnerGuard)
  follow(@Param('id') id: string, @Headers('last-event-id') last?: string): Observable<MessageEvent> {
    const seen = /^\d{1,9}$/.test(last ?? '') ? Number(last) : 0;
    return this.edits
      .after(id, seen)
      .pipe(map(({ version, id, shape }) => ({ id: String(version), type: 'edited', data: { id, version, shape } })));
  }
}
