; Three towers to one; the first instance of the second planning competition.
(define (problem blocksworld-4)
  (:domain blocksworld)
  (:objects a b c d)
  (:init (arm-empty) (on-table a) (on-table b) (on-table c) (on-table d) (clear a) (clear b) (clear c) (clear d))
  (:goal (and (on d c) (on c b) (on b a))))
