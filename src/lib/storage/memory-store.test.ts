import { storeConformance } from './conformance';
import { MemoryDevice, MemoryStore } from './memory-store';

storeConformance('memory', async () => {
	const device = new MemoryDevice();
	return {
		tab: async () => new MemoryStore(device),
		rows: async () => ({
			runs: [...device.runs.values()],
			workflows: [...device.rows.workflows.values()],
			notes: [...device.rows.notes.values()],
			entries: [...device.rows.entries.values()],
			requests: [...device.rows.requests.values()]
		}),
		setFormat: async (format) => {
			device.format = format;
		},
		damage: async (hash) => {
			const value = device.values.get(hash);
			if (value) device.values.set(hash, { ...value, content: 'something else' });
		},
		end: async () => {}
	};
});
