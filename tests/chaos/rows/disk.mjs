import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk in a file, mounted: it can be cut off and filled up. Needs the rights to mount, and loop devices. */
export class Disk {
	#folder;
	#mounted = new Set();

	/** @param {number} megabytes */
	constructor(megabytes) {
		this.#folder = mkdtempSync(join(tmpdir(), 'galley-disk-'));
		const image = join(this.#folder, 'disk.img');
		writeFileSync(image, '');
		truncateSync(image, megabytes * 1024 * 1024);
		execFileSync('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image]);
	}

	/** Where it, or a copy of it, is mounted. @param {string} [name] */
	mount(name = 'disk') {
		const at = join(this.#folder, name);
		mkdirSync(at, { recursive: true });
		execFileSync('mount', ['-o', 'loop', `${at}.img`, at]);
		this.#mounted.add(at);
		return at;
	}

	/** Everything that has reached the disk by now, as another disk. @param {string} name */
	copy(name) {
		const [from, to] = ['disk', name].map((one) => join(this.#folder, `${one}.img`));
		execFileSync('cp', ['--sparse=always', String(from), String(to)]);
	}

	/** @param {string} [name] */
	unmount(name = 'disk') {
		const at = join(this.#folder, name);
		if (this.#mounted.delete(at)) execFileSync('umount', ['-l', at]);
	}

	dispose() {
		for (const at of this.#mounted) execFileSync('umount', ['-l', at]);
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

/** Why no disk can be made here; null where one can. @returns {string | null} */
export function whyNoDisk() {
	try {
		const disk = new Disk(8);
		try {
			disk.mount();
		} finally {
			disk.dispose();
		}
		return null;
	} catch {
		return 'needs the rights to mount a disk in a file';
	}
}
