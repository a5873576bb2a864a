import { randomUUID } from 'node:crypto';
import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Diagram } from '../../storage/entities.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Diagrams, each of which belongs to who has made it. */
@Injectable()
export class Diagrams {
  constructor(@InjectRepository(Diagram) private readonly diagrams: Repository<Diagram>) {}

  async add(ownerId: string, title: string): Promise<Diagram> {
    const diagram = new Diagram(randomUUID(), ownerId, title, 0);
    await this.diagrams.insert(diagram);
    return diagram;
  }

  /** @throws {NotFoundException} also for a diagram of somebody else: that it exists is nobody's business */
  async ofOwner(id: string, ownerId: string): Promise<Diagram> {
    const diagram = UUID.test(id) ? await this.diagrams.findOneBy({ id, ownerId }) : null;
    if (diagram) return diagram;
    throw new NotFoundException('There is no such diagram of yours: POST /v1/diagrams makes one');
  }
}
