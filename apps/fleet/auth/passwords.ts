import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const BYTES = 32;

/** A password as it is stored: its salt and its hash. */
export async function hashed(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, BYTES);
  return `${salt.toString('hex')}:${hash.toString('hex')}`;
}

/** Whether it is the password that was stored. */
export async function isPassword(given: string, stored: string): Promise<boolean> {
  const [salt = '', hash = ''] = stored.split(':').map((part) => Buffer.from(part, 'hex'));
  const expected = Buffer.from(hash);
  const derived = await derive(given, Buffer.from(salt), BYTES);
  return expected.length === derived.length && timingSafeEqual(derived, expected);
}
