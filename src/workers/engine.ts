import { installGuard } from '$lib/egress';
import { browserEngine, engineService } from '$lib/engine';
import { expose } from 'comlink';

installGuard(globalThis);
expose(engineService(browserEngine()));
