/** What a newcomer can type against the service at `url`. */
export function whatToTry(url: string): string {
  return `
Try it from another terminal:

  curl -i ${url}/orders -H 'content-type: application/json' -d '{"item":"book","amount":1250}'
  curl -i ${url}/orders/1
  curl -i ${url}/health/ready
  curl -N ${url}/report
  curl -N ${url}/orders/events

The report takes some seconds, the events of new orders go on for ever. While they run, press Ctrl-C here: the
report comes to its end, the events end too, the outbox is flushed, the database closed, and the phases are shown
as they pass.

To see the lame duck too, when the service still takes requests but says it is going: SHUTDOWN_LAME_DUCK=3s npm start
`;
}
