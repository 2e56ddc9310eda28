/**
 * `npm start`: builds if the sources changed, then serves the app on this machine. PORT chooses the port (4173; when it
 * is taken, the next free one), `--host` makes the app reachable for others on the network.
 */
import { buildOrExit } from './build.mjs';
import { serve } from './serve.mjs';

const TRIES = 20;
const first = Number(process.env.PORT ?? 4173);
const host = process.argv.includes('--host') ? '0.0.0.0' : 'localhost';

if (!Number.isInteger(first) || first < 0 || first > 65535) {
	console.error(`PORT has to be a number from 0 to 65535, not "${process.env.PORT}".`);
	process.exit(1);
}
await buildOrExit();
const server = await firstFree();
console.log(`Galley is ready: ${server.url}`);
if (host !== 'localhost') {
	console.log(
		'Other machines can reach it too, but over plain http their browsers withhold storage and offline use:'
	);
	console.log('put a server with https in front.');
}
for (const signal of ['SIGINT', 'SIGTERM']) {
	process.on(signal, () => void server.close().then(() => process.exit(0)));
}

/** Everything a person made is stored under the address with its port, so another port is said aloud. */
async function firstFree() {
	for (let port = first; port < first + TRIES; port++) {
		try {
			const server = await serve({ port, host });
			if (port !== first && first !== 0) {
				console.log(
					`Port ${first} is taken, so this is port ${port}. What you made under another port is not here.`
				);
			}
			return server;
		} catch (error) {
			if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EADDRINUSE') throw error;
		}
	}
	console.error(`Ports ${first} to ${first + TRIES - 1} are all taken. Set PORT to a free one.`);
	return process.exit(1);
}
