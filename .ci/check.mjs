/** `npm run check`: format, lint and types. All of them run, so that one round of fixing is enough. */
import { checks } from './checks.mjs';
import { seconds } from './tools.mjs';

let failed = 0;
for (const { name, run } of checks) {
	const { ok, output, ms } = await run();
	if (!ok) {
		failed++;
		console.log(output.trim());
	}
	console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds(ms)})`);
}
process.exitCode = failed > 0 ? 1 : 0;
