/* The fastest server that is of any use: the same small answer to whatever is asked, to prove the generator against. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "commands.h"
#include "system.h"

#define EVENTS 64
#define ANSWER "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, world!"
#define HEAD_END "\r\n\r\n"

struct visitor {
    int fd;
    /* How much of the empty line after a head has come. */
    size_t matched;
};

static void greet(int poller, int listener) {
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        struct visitor *visitor = allocate(1, sizeof *visitor);
        visitor->fd = fd;
        poller_add(poller, fd, visitor);
    }
}

/* Whether the visitor stays. Requests have no body; several may come at once. */
static bool serve(struct visitor *visitor) {
    static char bytes[65536];
    for (;;) {
        ssize_t count = recv(visitor->fd, bytes, sizeof bytes, 0);
        if (count <= 0)
            return count < 0 && (errno == EAGAIN || errno == EINTR);
        for (ssize_t at = 0; at < count; at++) {
            visitor->matched = bytes[at] == HEAD_END[visitor->matched] ? visitor->matched + 1 : bytes[at] == '\r';
            if (visitor->matched < strlen(HEAD_END))
                continue;
            visitor->matched = 0;
            if (send(visitor->fd, ANSWER, strlen(ANSWER), MSG_NOSIGNAL) != (ssize_t)strlen(ANSWER))
                return false;
        }
        if ((size_t)count < sizeof bytes)
            return true;
    }
}

void serve_plain(const struct options *options) {
    struct epoll_event events[EVENTS];
    struct visitor door = {0};
    int port = options->port, poller = poller_open();
    door.fd = listen_local(&port);
    poller_add(poller, door.fd, &door);
    printf("{\"port\":%d}\n", port);
    fflush(stdout);
    for (;;) {
        int count = poller_wait(poller, events, EVENTS, now_ns() + SECOND_NS);
        for (int at = 0; at < count; at++) {
            struct visitor *visitor = events[at].data.ptr;
            if (visitor == &door) {
                greet(poller, door.fd);
            } else if (!serve(visitor) || events[at].events & EPOLLRDHUP) {
                close(visitor->fd);
                free(visitor);
            }
        }
    }
}
