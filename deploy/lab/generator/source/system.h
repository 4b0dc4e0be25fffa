/* What this program asks of the operating system: a core, open files, sockets, an end with its parent. */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

/* One line on standard error, exit status 2. */
__attribute__((noreturn, format(printf, 1, 2))) void die(const char *format, ...);

void *allocate(size_t count, size_t size);

/* The kernel ends this program when the one that started it has ended. */
void end_with_parent(int parent);

void pin_to(int cpu);

/* Raises the limit of open files as far as it goes; ends the program when that is too low for so many connections. */
void allow_files(int connections);

/* A connection that is being made to that port of this machine; -1 with errno when it is refused at once. */
int connect_local(int port);

/* A listening socket on 127.0.0.1; *port is set when it was 0. */
int listen_local(int *port);

int poller_open(void);

/* Adds fd, edge-triggered for reading and writing: read and write until there is no more. */
void poller_add(int poller, int fd, void *context);

/* Waits until until_ns (as of now_ns) at most; the number of events. Exact to some microseconds where the kernel can. */
int poller_wait(int poller, struct epoll_event *events, int most, uint64_t until_ns);

#endif
