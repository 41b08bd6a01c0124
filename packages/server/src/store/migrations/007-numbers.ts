// Migration 7: finds a record by its number. Only records of numbered collections have a version above 1 and were written
// once: the index holds no others, and costs them nothing. Events of the kit, which had no numbers, are given theirs:
// those that look like events, where none of a space's was ever written twice.

export const name = "numbers";

/** The columns are the same, and so are their texts: `body` begins with key and version. */
export const NUMBER_EVENTS = `
UPDATE records SET
  version = numbered.number,
  bytes = bytes + length(CAST(numbered.number AS text)) - 1,
  body = '{"collection":"events","id":"' || records.id || '","version":' || numbered.number
    || substr(body, length(records.id) + 43)
FROM (
  SELECT space, id, row_number() OVER (PARTITION BY space ORDER BY stamp) AS number
  FROM records WHERE collection = 'events' AND space NOT IN (
    SELECT space FROM records WHERE collection = 'events' AND (
      version <> 1 OR deleted = 1 OR body NOT LIKE '%"type":"%' OR body NOT LIKE '%"aggregateId":"%'))
) AS numbered
WHERE records.space = numbered.space AND records.collection = 'events' AND records.id = numbered.id
  AND numbered.number > 1`;

export const sql = `
${NUMBER_EVENTS};
CREATE INDEX records_number ON records (space, collection, version)
  WHERE version > 1 AND stamp = created_stamp`;
