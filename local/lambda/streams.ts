/**
 * Stream mappings: from DynamoDB Streams to functions, in order, at least once. Checkpoints are on disk, so a
 * process that is killed delivers again what it had not finished.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
 */
import { setTimeout as sleep } from "node:timers/promises";
import { dynamo } from "../dynamodb/client.ts";
import { AwsError, type Cloud, FunctionError, type StreamMapping } from "../kernel.ts";
import { type EventPattern, matches } from "../services/event-pattern.ts";
import { deliverTo } from "../services/targets.ts";
import { functionName } from "./host.ts";
import { failureRecord } from "./queue.ts";

export type MappingConfig = StreamMapping & {
  table: string;
  startingPosition: "TRIM_HORIZON" | "LATEST";
  /** An event is delivered when one of these matches it; empty = every event. */
  filters: EventPattern[];
  /** Retries of a failing batch; -1 = until it succeeds or the record is gone. */
  retries: number;
  bisect: boolean;
  partialResponse: boolean;
  onFailureArn: string | null;
};

export type Streams = {
  add(config: MappingConfig): void;
  list(): StreamMapping[];
  /** Switches a mapping; the choice outlives a restart. 404 ResourceNotFoundException for an unknown one. */
  setEnabled(uuid: string, enabled: boolean): StreamMapping;
  /** Something was written to this table: fetch its records now. */
  nudge(table: string): void;
  start(): void;
  /** Forgets every mapping; a new deployment adds them again. */
  clear(): void;
  /** Stops delivering at once; resolves when nothing is on its way any more. */
  stop(): Promise<void>;
};

type StreamRecord = {
  eventID: string;
  dynamodb: { SequenceNumber: string; ApproximateCreationDateTime: number };
};
type Shard = { ShardId: string; ParentShardId?: string };
type Mapping = {
  config: MappingConfig;
  streamArn: string;
  /** Open shards in order, parents first; null = to be read. */
  shards: Shard[] | null;
  iterators: Map<string, string>;
  /** Something may be there that was not fetched. */
  dirty: boolean;
  pumping: Promise<void> | null;
};

/** Real milliseconds: polling right after a write, for how long, at rest, and before the first retry of a batch. */
const BUSY_POLL = 50;
const BUSY_FOR = 1000;
const REST_POLL = 2000;
const FIRST_RETRY = 100;

/** What is read lies before the oldest record that the stream still has. */
const TRIMMED = "TrimmedDataAccessException";

/** Index of the earliest record that a partial batch response names; 0 when it names none of them; -1 = all done. */
function firstFailure(answer: unknown, records: StreamRecord[]): number {
  const failures =
    (answer as { batchItemFailures?: { itemIdentifier?: string }[] } | null)?.batchItemFailures ?? [];
  if (failures.length === 0) return -1;
  const found = failures.map(({ itemIdentifier }) =>
    records.findIndex((record) => record.dynamodb.SequenceNumber === itemIdentifier),
  );
  return Math.max(0, Math.min(...found));
}

export function createStreams(cloud: Cloud): Streams {
  const { db, activity } = cloud;
  db.exec(`CREATE TABLE IF NOT EXISTS streams_checkpoint
    (uuid TEXT, shard TEXT, sequence TEXT NOT NULL, PRIMARY KEY (uuid, shard))`);
  db.exec("CREATE TABLE IF NOT EXISTS streams_switch (uuid TEXT PRIMARY KEY, enabled INTEGER NOT NULL)");
  const readCheckpoint = db.prepare("SELECT sequence FROM streams_checkpoint WHERE uuid = ? AND shard = ?");
  const saveCheckpoint = db.prepare(
    "INSERT INTO streams_checkpoint VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET sequence = excluded.sequence",
  );
  const readSwitch = db.prepare("SELECT enabled FROM streams_switch WHERE uuid = ?");
  const saveSwitch = db.prepare(
    "INSERT INTO streams_switch VALUES (?, ?) ON CONFLICT DO UPDATE SET enabled = excluded.enabled",
  );
  const mappings = new Map<string, Mapping>();
  let running = false;
  let lastWrite = 0;
  let timer: NodeJS.Timeout | undefined;
  let halt = new AbortController();

  activity.addProbe(() =>
    [...mappings.values()]
      .filter((mapping) => running && mapping.config.enabled && (mapping.dirty || mapping.pumping))
      .map(({ config }) => `stream of ${config.table} to ${functionName(config.functionArn)}`),
  );

  const active = (mapping: Mapping) => running && mapping.config.enabled;

  async function readShards(mapping: Mapping): Promise<Shard[]> {
    if (mapping.shards) return mapping.shards;
    if (!mapping.streamArn) {
      const { Table } = await dynamo<{ Table: { LatestStreamArn?: string } }>(
        cloud.dynamoDbUrl,
        "DescribeTable",
        {
          TableName: mapping.config.table,
        },
      );
      if (!Table.LatestStreamArn) throw new Error(`table ${mapping.config.table} has no stream`);
      mapping.streamArn = Table.LatestStreamArn;
    }
    const all: Shard[] = [];
    let from: string | undefined;
    do {
      const { StreamDescription: page } = await dynamo<{
        StreamDescription: { Shards: Shard[]; LastEvaluatedShardId?: string };
      }>(cloud.dynamoDbUrl, "DescribeStream", { StreamArn: mapping.streamArn, ExclusiveStartShardId: from });
      all.push(...page.Shards);
      from = page.LastEvaluatedShardId;
    } while (from);
    // A shard that was read to its end keeps the checkpoint "END".
    const left = all.filter(({ ShardId }) => checkpointOf(mapping, ShardId) !== "END");
    left.sort((a, b) => (a.ParentShardId === b.ShardId ? 1 : b.ParentShardId === a.ShardId ? -1 : 0));
    mapping.shards = left;
    return left;
  }

  function checkpointOf(mapping: Mapping, shard: string): string | undefined {
    return (readCheckpoint.get(mapping.config.uuid, shard) as { sequence: string } | undefined)?.sequence;
  }

  async function iteratorOf(mapping: Mapping, shard: string): Promise<string> {
    const known = mapping.iterators.get(shard);
    if (known) return known;
    const sequence = checkpointOf(mapping, shard);
    const ask = (from: object) =>
      dynamo<{ ShardIterator: string }>(cloud.dynamoDbUrl, "GetShardIterator", {
        StreamArn: mapping.streamArn,
        ShardId: shard,
        ...from,
      });
    const horizon = { ShardIteratorType: mapping.config.startingPosition };
    const after = { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: sequence };
    const { ShardIterator } = sequence
      ? await ask(after).catch((error: AwsError) => {
          if (error.code === TRIMMED) return ask({ ShardIteratorType: "TRIM_HORIZON" });
          throw error;
        })
      : await ask(horizon);
    return ShardIterator;
  }

  /** Reads every open shard to its present end and delivers what it finds. */
  async function drain(mapping: Mapping): Promise<void> {
    const { config } = mapping;
    for (const { ShardId } of await readShards(mapping)) {
      let iterator: string | undefined = await iteratorOf(mapping, ShardId);
      while (iterator && active(mapping)) {
        const page: { Records: StreamRecord[]; NextShardIterator?: string } = await dynamo(
          cloud.dynamoDbUrl,
          "GetRecords",
          { ShardIterator: iterator, Limit: config.batchSize },
        );
        iterator = page.NextShardIterator;
        if (page.Records.length > 0) {
          const wanted = page.Records.filter(
            (record) =>
              config.filters.length === 0 || config.filters.some((filter) => matches(record, filter)),
          );
          if (wanted.length > 0 && !(await batch(mapping, ShardId, wanted))) return;
          saveCheckpoint.run(config.uuid, ShardId, page.Records.at(-1)!.dynamodb.SequenceNumber);
        }
        if (iterator) mapping.iterators.set(ShardId, iterator);
        else {
          saveCheckpoint.run(config.uuid, ShardId, "END");
          mapping.shards = null;
          mapping.dirty = true;
        }
        if (page.Records.length === 0) break;
      }
    }
  }

  /**
   * Delivers one batch: whole, by its remaining part, or by halves, until it is done or given up.
   * False when the mapping was switched off meanwhile: the checkpoint then stays before what was not done.
   */
  async function batch(mapping: Mapping, shard: string, records: StreamRecord[]): Promise<boolean> {
    const { config } = mapping;
    let rest = records;
    for (let failures = 0; ; ) {
      if (!active(mapping)) return false;
      let problem: unknown;
      try {
        const answer = await cloud.invoke(config.functionArn, {
          Records: rest.map((record) => event(config, record)),
        });
        const failed = config.partialResponse ? firstFailure(answer, rest) : -1;
        if (failed < 0) return true;
        if (failed > 0) {
          saveCheckpoint.run(config.uuid, shard, rest[failed - 1]!.dynamodb.SequenceNumber);
          rest = rest.slice(failed);
          failures = 0;
        }
        problem = { errorType: "PartialBatchFailure" };
      } catch (error) {
        if (!active(mapping)) return false;
        // Halving costs no retry; each half then has all of its own.
        if (config.bisect && rest.length > 1 && error instanceof FunctionError) {
          const middle = Math.ceil(rest.length / 2);
          if (!(await batch(mapping, shard, rest.slice(0, middle)))) return false;
          saveCheckpoint.run(config.uuid, shard, rest[middle - 1]!.dynamodb.SequenceNumber);
          rest = rest.slice(middle);
          failures = 0;
          continue;
        }
        problem = error;
      }
      failures++;
      if (config.retries >= 0 && failures > config.retries) {
        // With partial responses one bad record is given up alone, and the rest goes on without it.
        const lost = config.partialResponse && config.bisect ? rest.slice(0, 1) : rest;
        await giveUp(config, shard, lost, failures, problem);
        saveCheckpoint.run(config.uuid, shard, lost.at(-1)!.dynamodb.SequenceNumber);
        rest = rest.slice(lost.length);
        if (rest.length === 0) return true;
        failures = 0;
        continue;
      }
      await sleep(Math.min(FIRST_RETRY * 2 ** (failures - 1), 5000), null, { signal: halt.signal }).catch(
        () => {},
      );
    }
  }

  function event(config: MappingConfig, record: StreamRecord) {
    return {
      ...record,
      awsRegion: cloud.region,
      eventSourceARN: config.eventSourceArn,
      // DynamoDB Local knows the minute of the real clock; functions live on the virtual one.
      dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: Math.floor(cloud.clock.now() / 1000) },
    };
  }

  /** Metadata only: the records stay in the stream. */
  async function giveUp(
    config: MappingConfig,
    shard: string,
    lost: StreamRecord[],
    count: number,
    problem: unknown,
  ) {
    const name = functionName(config.functionArn);
    cloud.log(name, `gave up ${lost.length} stream record(s) after ${count} attempts`);
    if (!config.onFailureArn) return;
    const record = failureRecord(cloud, "RetryAttemptsExhausted", config.functionArn, count, problem);
    const DDBStreamBatchInfo = {
      shardId: shard,
      startSequenceNumber: lost[0]!.dynamodb.SequenceNumber,
      endSequenceNumber: lost.at(-1)!.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: record.timestamp,
      approximateArrivalOfLastRecord: record.timestamp,
      batchSize: lost.length,
      streamArn: config.eventSourceArn,
    };
    try {
      await deliverTo(cloud, config.onFailureArn, JSON.stringify({ ...record, DDBStreamBatchInfo }));
    } catch (error) {
      cloud.log(name, `the failure destination did not take the batch: ${(error as Error).name}`);
    }
  }

  function pump(mapping: Mapping): void {
    mapping.dirty = true;
    if (mapping.pumping || !active(mapping)) return;
    mapping.pumping = drainAll(mapping).then((done) => {
      mapping.pumping = null;
      // Written to after the last look; after a failure the next poll will do.
      if (done && mapping.dirty) pump(mapping);
      else activity.changed();
    });
  }

  async function drainAll(mapping: Mapping): Promise<boolean> {
    for (let trimmed = 0; ; ) {
      try {
        while (mapping.dirty && active(mapping)) {
          mapping.dirty = false;
          await drain(mapping);
        }
        return true;
      } catch (error) {
        // Iterators expire and shards close: begin again from the checkpoint.
        mapping.iterators.clear();
        mapping.shards = null;
        mapping.dirty = true;
        // An iterator of an empty shard lies before its first record, because DynamoDB Local counts over all tables.
        if ((error as Error).name === TRIMMED && trimmed++ === 0) continue;
        if (running) cloud.log("streams", `${mapping.config.table}: ${(error as Error).name}`);
        return false;
      }
    }
  }

  const poll = () => {
    for (const mapping of mappings.values()) pump(mapping);
    timer = setTimeout(poll, Date.now() - lastWrite < BUSY_FOR ? BUSY_POLL : REST_POLL);
  };

  const show = ({ config }: Mapping): StreamMapping => ({
    uuid: config.uuid,
    functionArn: config.functionArn,
    eventSourceArn: config.eventSourceArn,
    enabled: config.enabled,
    batchSize: config.batchSize,
  });

  return {
    add(config) {
      const stored = readSwitch.get(config.uuid) as { enabled: number } | undefined;
      if (stored) config.enabled = stored.enabled === 1;
      mappings.set(config.uuid, {
        config,
        streamArn: "",
        shards: null,
        iterators: new Map(),
        dirty: true,
        pumping: null,
      });
    },
    list: () => [...mappings.values()].map(show),
    setEnabled(uuid, enabled) {
      const mapping = mappings.get(uuid);
      if (!mapping) throw new AwsError("ResourceNotFoundException", `no event source mapping ${uuid}`, 404);
      mapping.config.enabled = enabled;
      saveSwitch.run(uuid, enabled ? 1 : 0);
      mapping.iterators.clear();
      if (enabled) pump(mapping);
      activity.changed();
      return show(mapping);
    },
    nudge(table) {
      lastWrite = Date.now();
      for (const mapping of mappings.values()) if (mapping.config.table === table) pump(mapping);
    },
    clear: () => mappings.clear(),
    start() {
      running = true;
      halt = new AbortController();
      poll();
    },
    async stop() {
      running = false;
      clearTimeout(timer);
      halt.abort();
      await Promise.all([...mappings.values()].map((mapping) => mapping.pumping));
    },
  };
}
