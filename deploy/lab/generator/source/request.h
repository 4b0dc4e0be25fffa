/* The requests that are sent, written out once before the load begins. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stddef.h>

#include "options.h"

struct request {
    char *bytes;
    size_t length;
};

/* One for each of the paths. */
struct request *requests_write(const struct options *options);

/* The request that opens a WebSocket on the first path, with a cookie or NULL. */
struct request handshake_write(const struct options *options, const char *cookie);

#endif
