/** For `node --expose-gc --import`: collects garbage every so often, so that the lowest points of the heap are what is held. */
setInterval(() => globalThis.gc?.(), 2000).unref()
