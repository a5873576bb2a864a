import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { Settings } from './settings.js';

/** Lets in who has `ADMIN_TOKEN`. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: { authorization?: string } }>();
    if (isSame(headers.authorization ?? '', `Bearer ${this.settings.variables.ADMIN_TOKEN}`)) return true;
    throw new UnauthorizedException('This page is for administrators: send Authorization: Bearer $ADMIN_TOKEN');
  }
}

/** Takes the same time whatever they have in common. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
