import { BadRequestException } from '@nestjs/common';
import { z } from 'zod';

const CREDENTIALS = z.object({ email: z.email().max(200), password: z.string().min(8).max(200) });

/** @throws {BadRequestException} when the body is anything else. The message does not repeat what was sent. */
export function credentialsOf(body: unknown): { email: string; password: string } {
  const { data } = CREDENTIALS.safeParse(body);
  if (data) return data;
  throw new BadRequestException('The body must be {"email":"…","password":"…"}, the password with 8 to 200 characters');
}
