import { randomUUID } from 'node:crypto';
import { ConflictException, Injectable, UnauthorizedException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { User } from '../storage/entities.js';
import { hashed, isPassword } from './passwords.js';

/** Who may sign in. */
@Injectable()
export class Users {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  /** @throws {ConflictException} when the address is taken */
  async add(email: string, password: string): Promise<User> {
    const user = new User(randomUUID(), email, await hashed(password));
    const added = await this.users.createQueryBuilder().insert().values(user).orIgnore().returning('id').execute();
    const rows: unknown = added.raw;
    if (Array.isArray(rows) && rows.length === 1) return user;
    throw new ConflictException('There is a user of this address: POST /v1/auth/sessions signs in');
  }

  /** @throws {UnauthorizedException} when address and password do not belong together */
  async withPassword(email: string, password: string): Promise<User> {
    const user = await this.users.findOneBy({ email });
    // The same work for an address that is not known, so that the time does not tell which are.
    const isRight = await isPassword(password, user?.password ?? `${'0'.repeat(32)}:${'0'.repeat(64)}`);
    if (user && isRight) return user;
    throw new UnauthorizedException('No user has this address and this password');
  }
}
