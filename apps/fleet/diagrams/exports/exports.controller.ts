import { randomUUID } from 'node:crypto';
import {
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  ParseUUIDPipe,
  Post,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { AccessGuard, type Caller, FromCaller } from '../../stack/access.js';
import { Costs, CostsInterceptor } from '../../stack/budget/costs.interceptor.js';
import { Export } from '../../storage/entities.js';
import { Diagrams } from '../drawing/diagrams.js';
import { OwnerGuard } from '../drawing/owner.guard.js';
import { ExportQueue } from './export-queue.js';

/** Drawings of diagrams, which the worker makes. */
@Controller('v1')
@UseGuards(AccessGuard)
@UseInterceptors(CostsInterceptor)
export class ExportsController {
  constructor(
    @InjectRepository(Export) private readonly exports: Repository<Export>,
    private readonly diagrams: Diagrams,
    private readonly queue: ExportQueue,
  ) {}

  @Post('diagrams/:id/exports')
  @HttpCode(202)
  @UseGuards(OwnerGuard)
  @Costs(0.01)
  async request(@Param('id') diagramId: string): Promise<{ id: string }> {
    const id = randomUUID();
    await this.exports.insert(new Export(id, diagramId));
    await this.queue.add(id);
    return { id };
  }

  @Get('exports/:id')
  async one(@FromCaller() { sub }: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<Export> {
    const found = await this.exports.findOneBy({ id });
    if (!found) throw new NotFoundException('There is no such export: POST /v1/diagrams/:id/exports asks for one');
    await this.diagrams.ofOwner(found.diagramId, sub);
    return found;
  }
}
