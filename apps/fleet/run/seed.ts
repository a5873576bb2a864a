import { randomBytes, randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { hashed } from '../auth/passwords.js';
import { Diagram, User } from '../storage/entities.js';
import { createTables } from '../storage/schema.js';

/** Makes a user with a diagram, and says as a load file what is asked in that user's name. */
export async function seed(databaseUrl: string): Promise<object> {
  const [email, password] = [`${randomUUID()}@example.com`, randomUUID()];
  const user = new User(randomUUID(), email, await hashed(password));
  const diagram = new Diagram(randomUUID(), user.id, 'a rehearsal', 0);
  const database = await new DataSource({ type: 'postgres', url: databaseUrl, entities: [User, Diagram] }).initialize();
  try {
    await createTables(database);
    await database.getRepository(User).insert(user);
    await database.getRepository(Diagram).insert(diagram);
  } finally {
    await database.destroy();
  }
  return loadFor({ email, password }, diagram.id);
}

/** See the load file in the README of `nestjs-lifecycle-cli`. */
function loadFor(credentials: { readonly email: string; readonly password: string }, diagram: string): object {
  const headers = { authorization: 'Bearer {token}' };
  const path = `/v1/diagrams/${diagram}`;
  return {
    rate: 20,
    clients: 4,
    login: { method: 'POST', path: '/v1/auth/sessions', json: credentials },
    requests: [
      { path, headers, expect: 200, weight: 3 },
      { method: 'POST', path: '/v1/orders', headers, json: { item: 'credits', amount: 1250 }, expect: 201 },
      { method: 'POST', path: `${path}/exports`, headers, expect: 202 },
      { method: 'POST', path: `${path}/images`, ...upload(headers), expect: 201, weight: 0.2 },
      { transport: 'event-stream', path: `${path}/edits`, headers },
    ],
  };
}

/** An image that takes a second to come. */
function upload(headers: Readonly<Record<string, string>>): object {
  const boundary = randomBytes(12).toString('hex');
  const body = [
    `--${boundary}`,
    'content-disposition: form-data; name="image"; filename="image.bin"',
    '',
    randomBytes(16_384).toString('hex'),
    `--${boundary}--`,
    '',
  ].join('\r\n');
  const type = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  return { headers: { ...headers, ...type }, body, uploadBytesPerSecond: 32_768 };
}
