import { bringIn } from './importing';

/** What the system starts an installed app with; not in every browser, so not in the standard types. */
interface LaunchQueue {
	setConsumer(take: (launch: { files?: readonly FileSystemFileHandle[] }) => void): void;
}

/** Brings in the files that Galley was opened with from the system's own file manager, one after the other. */
export function takeLaunched(): void {
	const { launchQueue } = globalThis as { launchQueue?: LaunchQueue };
	launchQueue?.setConsumer(({ files = [] }) => {
		void (async () => {
			for (const handle of files) await bringIn(await handle.getFile());
		})();
	});
}
