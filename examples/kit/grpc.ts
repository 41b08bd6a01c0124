// A peer over gRPC: the service is in @syncline/kit/sync.proto, for clients in other languages.

import { ServerCredentials } from "@grpc/grpc-js";
import { createMemoryStore, observeStore, syncBuilder } from "@syncline/kit";
import { addGrpcPeer, createGrpcServer, createGrpcTransport } from "@syncline/kit/grpc";

const shared = observeStore(createMemoryStore());
const server = createGrpcServer();
addGrpcPeer(server, { store: shared, admit: ({ metadata }) => metadata.get("token")[0] === "s3" });
const port = await new Promise<number>((resolve, reject) => {
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
    error === null ? resolve(bound) : reject(error),
  );
});

for (const token of ["s3", "another"]) {
  const store = createMemoryStore();
  const transport = createGrpcTransport({
    address: `127.0.0.1:${port}`,
    metadata: async () => ({ token }),
  });
  await using sync = syncBuilder().withStore(store).withTransport(transport).build();
  const id = `sold-${token}`;
  await store.store({ id, type: "Sold", aggregateId: "apples", data: 2, metadata: null });
  const { eventsPushed, errors } = await sync.sync();
  console.log(`${token}: pushed ${eventsPushed}`, [...new Set(errors.map(({ code }) => code))]);
}
server.forceShutdown();
