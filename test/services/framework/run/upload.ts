import { type Exchange } from './application.js';
import { ask } from './exchanges.js';

/** A form with files, in the field `file`, and a field `note`, as a browser sends it. */
export function upload(path: string, files: readonly { name: string; text: string }[], expects = 201): Exchange {
  const boundary = 'the-border-of-parts';
  const parts = files.map(
    ({ name, text }) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
      `Content-Type: text/plain\r\n\r\n${text}\r\n`,
  );
  const note = `--${boundary}\r\nContent-Disposition: form-data; name="note"\r\n\r\nkeep it\r\n`;
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  const body = `${note}${parts.join('')}--${boundary}--\r\n`;
  return { ...ask({ method: 'POST', path, headers, body, expects }), name: `upload of ${files.length} to ${path}` };
}
