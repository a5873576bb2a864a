import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who may sign in. The password is a hash with its salt. */
@Entity('users')
export class User {
  @PrimaryColumn('uuid') readonly id: string;
  @Column('text') readonly email: string;
  @Column('text') readonly password: string;

  constructor(id: string, email: string, password: string) {
    this.id = id;
    this.email = email;
    this.password = password;
  }
}

/** A drawing. Its version counts its edits. */
@Entity('diagrams')
export class Diagram {
  @PrimaryColumn('uuid') readonly id: string;
  @Column('uuid', { name: 'owner_id' }) readonly ownerId: string;
  @Column('text') readonly title: string;
  @Column('integer') readonly version: number;

  constructor(id: string, ownerId: string, title: string, version: number) {
    this.id = id;
    this.ownerId = ownerId;
    this.title = title;
    this.version = version;
  }
}

/** One change of a diagram. `id` is the client's: what it sends again is there once. */
@Entity('edits')
export class Edit {
  @PrimaryColumn('uuid', { name: 'diagram_id' }) readonly diagramId: string;
  @PrimaryColumn('integer') readonly version: number;
  @Column('uuid') readonly id: string;
  @Column('text') readonly shape: string;

  constructor(diagramId: string, version: number, id: string, shape: string) {
    this.diagramId = diagramId;
    this.version = version;
    this.id = id;
    this.shape = shape;
  }
}

/** A drawing that is asked for, and made by the worker. */
@Entity('exports')
export class Export {
  @PrimaryColumn('uuid') readonly id: string;
  @Column('uuid', { name: 'diagram_id' }) readonly diagramId: string;
  @Column('text') readonly status: 'queued' | 'taken' | 'done';
  @Column('text', { nullable: true }) readonly drawing: string | null;

  constructor(id: string, diagramId: string) {
    this.id = id;
    this.diagramId = diagramId;
    this.status = 'queued';
    this.drawing = null;
  }
}
