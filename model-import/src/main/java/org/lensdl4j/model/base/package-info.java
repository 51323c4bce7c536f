/**
 * What everything else is built on: files that are written completely or not at all, hashes,
 * progress, threads, the backend, and the exceptions that users see.
 */
package org.lensdl4j.model.base;
